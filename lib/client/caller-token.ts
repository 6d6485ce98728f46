import type { AuthRequest } from '../http/auth-request.js';
import { hasSeveralAuthorizations, readCredentials } from '../http/authorization.js';
import { TokenRefusedError } from './token-refused.error.js';

/**
 * The bearer token of a caller, which is exchanged for one of another service.
 *
 * A token that is bound to a key of the caller is not exchanged: the authorization server sees no proof, so that a request that was not
 * admitted could have a stolen token exchanged. @see RFC 9449 §7.2
 *
 * @param name - the name of the client, for messages.
 * @throws TokenRefusedError if there is none that may be exchanged.
 */
export function callerTokenOf(request: AuthRequest, name: string): string {
  // The guard has admitted it, and with that has judged its length.
  const credentials = readCredentials(request, 'bearer', Number.POSITIVE_INFINITY);
  if (credentials.kind === 'present' && !hasSeveralAuthorizations(request)) return credentials.value;
  const isBound = readCredentials(request, 'dpop', Number.POSITIVE_INFINITY).kind !== 'absent';
  throw isBound
    ? new TokenRefusedError(
        name,
        'bound_caller_token',
        'the token of the caller is bound to its key (DPoP), and such a token is not exchanged.',
      )
    : new TokenRefusedError(name, 'no_caller_token', 'the request of the caller has no bearer token that could be exchanged.');
}
