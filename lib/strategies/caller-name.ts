import { type Claims, readName } from './claims-reader.js';

/** Where a token says which client it was issued to. @see RFC 9068 §2.2, RFC 7662 §2.2, OpenID Connect Core §2 */
const CLIENT_MEMBERS = ['client_id', 'azp'] as const;

/** The client that a token was issued to; undefined where it does not say. */
export function clientIdOf(claims: Claims): string | undefined {
  return CLIENT_MEMBERS.map((member) => (Object.hasOwn(claims, member) ? claims[member] : undefined)).find(isName);
}

/**
 * The caller's name: that of the first of `members` which is there, else the client's own, so that no two clients share one.
 *
 * @param members - names or paths; the first one that is there counts, and what it holds must be a name.
 * @returns empty where the claims name nobody at all; undefined where what is there cannot be a name and the credential must be refused.
 */
export function callerName(claims: Claims, members: readonly string[]): string | undefined {
  for (const member of members) {
    const name = readName(claims, member);
    if (name !== '') return name;
  }
  return clientIdOf(claims) ?? (CLIENT_MEMBERS.some((member) => Object.hasOwn(claims, member)) ? undefined : '');
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
