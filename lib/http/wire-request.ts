import { IncomingMessage } from 'node:http';
import { type AuthRequest, requestOfAuthorization } from './auth-request.js';

/** A request as a framework hands it out: Express's is Node's own, Fastify's carries Node's as `raw`. */
export type FrameworkRequest =
  | AuthRequest
  | {
      /** Node's own request. */
      readonly raw: AuthRequest;
    };

/** Node's own request, in every framework. */
export function wireRequest(request: object): AuthRequest {
  if (request instanceof IncomingMessage) return request;
  const { raw } = request as { readonly raw?: AuthRequest };
  return raw ?? (request as AuthRequest);
}

/** The request of what `AuthService` was given: a request, or the value of an `Authorization` header. */
export function requestOf(input: FrameworkRequest | string | undefined): AuthRequest {
  return typeof input === 'object' ? wireRequest(input) : requestOfAuthorization(input);
}

/** The pattern of the route that the router chose: `/order/:id`; undefined if the framework does not give it. */
export function routePattern(request: object): string | undefined {
  const { route, routeOptions } = request as {
    readonly route?: { readonly path?: unknown };
    readonly routeOptions?: { readonly url?: unknown };
  };
  const pattern = routeOptions?.url ?? route?.path;
  return typeof pattern === 'string' ? pattern : undefined;
}
