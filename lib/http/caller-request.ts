import { objectTable } from '../object-table.js';
import type { AuthRequest } from './auth-request.js';

/** The requests whose credentials named callers, for as long as the callers are in use. */
const requests = objectTable<object, AuthRequest>();

/**
 * Remembers which request a caller was authenticated by, where its handler gets no request.
 *
 * @param caller - an object that no other request has: the last request would stand for all of them.
 */
export function rememberRequest(caller: object, request: AuthRequest): void {
  requests.set(caller, request);
}

/** The request that a caller was authenticated by; undefined where the handler has the request itself. */
export function requestOfCaller(caller: object): AuthRequest | undefined {
  return requests.get(caller);
}
