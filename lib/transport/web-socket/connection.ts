import type { ClassRef } from '../../decorators/declaration.js';
import type { AuthRequest } from '../../http/auth-request.js';
import type { Credentials } from '../../http/credentials.js';
import type { Principal } from '../../principal.js';

/** A connection, as strategies see it from its handshake to its end: the credentials of the handshake, and the token that was found there. */
export class Connection implements AuthRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly rawHeaders: readonly string[];
  readonly socket: AuthRequest['socket'];
  /** The header fields; a token from another source stands in `authorization`, for strategies that read nothing else. */
  headers: AuthRequest['headers'];
  bearer: Credentials = NO_TOKEN;
  /** Whether the handshake itself has an `Authorization` field: it is not replaced. */
  readonly hasOwnAuthorization: boolean;
  /** The callers that the gateways admitted, in their order. */
  callers: readonly (Principal | undefined)[] = NO_CALLERS;

  constructor(
    { method, url, headers, rawHeaders, socket }: AuthRequest,
    /** The gateways of the server that it was made to. */
    readonly gateways: readonly ClassRef[],
    /** Whether another site's page opened the connection: then nothing counts that the browser sent by itself. */
    readonly isForeign: boolean,
  ) {
    this.method = method;
    this.url = url;
    this.headers = headers;
    this.hasOwnAuthorization = headers.authorization !== undefined;
    this.rawHeaders = rawHeaders;
    this.socket = socket;
  }
}

/** What a gateway knows of the caller. */
export function callerOf({ gateways, callers }: Connection, gateway: ClassRef): Principal | undefined {
  return callers[gateways.indexOf(gateway)];
}

const NO_TOKEN: Credentials = Object.freeze({ kind: 'absent' });
const NO_CALLERS: readonly undefined[] = Object.freeze([]);
