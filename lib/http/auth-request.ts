import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Credentials } from './credentials.js';

/** What a strategy sees of a request: the part of `http.IncomingMessage` that does not depend on the framework. */
export interface AuthRequest {
  /** The request method; undefined where only a header is being checked. */
  readonly method?: string | undefined;
  /** The request target as it came; undefined where only a header is being checked. */
  readonly url?: string | undefined;
  /** The request target as it came, where a framework has changed `url`; undefined where it has not. */
  readonly originalUrl?: string | undefined;
  /** Header fields by lower-case name. */
  readonly headers: IncomingHttpHeaders;
  /** Header field names and values in turn, exactly as they came. */
  readonly rawHeaders: readonly string[];
  /** The connection: a `tls.TLSSocket` where the request came over HTTPS. */
  readonly socket?: Socket | undefined;
  /** @internal The bearer token, where the transport has looked for it already: strategies look nowhere else. */
  readonly bearer?: Credentials | undefined;
}

/** A request that carries nothing but an `Authorization` header, for checks outside a request. */
export function requestOfAuthorization(authorization: string | undefined): AuthRequest {
  return authorization === undefined
    ? { headers: {}, rawHeaders: [] }
    : { headers: { authorization }, rawHeaders: ['Authorization', authorization] };
}
