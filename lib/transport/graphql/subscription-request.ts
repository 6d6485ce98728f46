import type { AuthRequest } from '../../http/auth-request.js';
import { AUTHORIZATION } from '../../http/authorization.js';
import { valuesOfFields } from '../../http/header-field.js';
import { headersOf } from '../../http/raw-headers.js';

/**
 * The credentials of an operation over a WebSocket: the header fields of the upgrade as they came, and `connectionParams.authorization`.
 * Nothing else of `connectionParams` counts: it could claim to come from a proxy.
 *
 * A field beside a different one makes two, and a request with two of them is refused.
 */
export function subscriptionRequest(upgrade: AuthRequest, connectionParams: unknown): AuthRequest {
  const { method, url, socket, rawHeaders } = upgrade;
  const present = valuesOfFields(rawHeaders, AUTHORIZATION);
  const others = [...new Set(authorizationsIn(connectionParams))].filter((value) => !present.includes(value));
  const fields = [...rawHeaders, ...others.flatMap((value) => [AUTHORIZATION, value])];
  return { method, url, socket, headers: headersOf(fields), rawHeaders: fields };
}

/** A value that is not text is a field that no strategy can read: it must not be taken for a request without credentials. */
function authorizationsIn(connectionParams: unknown): string[] {
  if (typeof connectionParams !== 'object' || connectionParams === null) return [];
  return Object.entries(connectionParams)
    .filter(([name, value]) => name.toLowerCase() === AUTHORIZATION && value !== undefined && value !== null)
    .map(([, value]) => (typeof value === 'string' ? value : ''));
}
