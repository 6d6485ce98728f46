import { type Claims, isName, own, readName } from './claims-reader.js';

/** The members that name the client which a token was issued to. @see RFC 9068 §2.2, RFC 7662 §2.2, OpenID Connect Core §2 */
const CLIENT_MEMBERS = ['client_id', 'azp'] as const;

/** The client that a token was issued to; undefined if the token does not name it. */
export function clientIdOf(claims: Claims): string | undefined {
  return CLIENT_MEMBERS.map((member) => own(claims, member)).find(isName);
}

/**
 * The caller's name: that at `usernameKey` if one is configured, otherwise as {@link defaultName} finds it.
 *
 * @returns empty if the claims name nobody; undefined if the name is required or malformed, and the credential must be refused.
 */
export function callerName(claims: Claims, usernameKey: string | undefined, members: readonly string[]): string | undefined {
  return usernameKey === undefined ? defaultName(claims, members) : readName(claims, usernameKey) || undefined;
}

/** The name at the first of `members` that is present, otherwise the client's, so that no two clients share one. A value that is present must be a name. */
function defaultName(claims: Claims, members: readonly string[]): string | undefined {
  for (const member of members) {
    const name = readName(claims, member);
    if (name !== '') return name;
  }
  return clientIdOf(claims) ?? (CLIENT_MEMBERS.some((member) => Object.hasOwn(claims, member)) ? undefined : '');
}
