import type { Claims } from './claims-reader.js';

/** Where servers say what kind of token it is. @see RFC 7662 §2.2 (`token_type`), RFC 9068 §2.1 (`typ`) */
const KIND_MEMBERS: ReadonlySet<string> = new Set(['tokentype', 'tokenuse', 'typ']);
/** Where a few servers say it, and others say something else. */
const VAGUE_MEMBERS: ReadonlySet<string> = new Set([
  'tokenname',
  'tokenkind',
  'tokenusage',
  'tokenclass',
  'purpose',
  'type',
  'use',
  'usage',
  'kind',
]);
/** The values of bearer access tokens, and those that do not name a kind: `JWT` is the form of all kinds, and a manual has the member's own name. */
const ACCESS: ReadonlySet<string> = new Set(['', 'bearer', 'bearertoken', 'access', 'accesstoken', 'at', 'atjwt', 'jwt']);
/** They stand in ID tokens alone. @see OpenID Connect Core §3.3.2.11, Financial-grade API Part 2 §5.1 */
const HASHES = ['at_hash', 'c_hash', 's_hash'];
/** The values of other kinds of tokens. */
const OTHERS =
  /^(?:refresh|offline|id|identity|dpop|pop|mac|logout|registration|authorizationcode|authcode|devicecode|code|offlineaccess|passwordreset|emailverification)(?:token)?(?:jwt)?$/;

/**
 * The member of `claims` that makes this another token than an access token; undefined if there is none. Servers differ in the names of
 * the members, in case, and in whether they write `refresh_token`, `Refresh` or the URN.
 *
 * @see RFC 8693 §3
 */
export function otherKind(claims: Claims): string | undefined {
  return Object.keys(claims).find((member) => {
    if (!mayBeKind(member)) return false;
    const name = simplified(member);
    const value = claims[member];
    if (value === undefined || value === null) return false;
    if (KIND_MEMBERS.has(name)) return typeof value !== 'string' || !(ACCESS.has(kindOf(value)) || simplified(value) === name);
    return VAGUE_MEMBERS.has(name) && typeof value === 'string' && OTHERS.test(kindOf(value));
  });
}

/** Every name above begins with t, u, p or k: the members of most tokens need not be written anew to see that they are none of them. */
function mayBeKind(member: string): boolean {
  const first = member.charCodeAt(0);
  const isPlainLetter = (first >= 97 && first <= 122) || (first >= 65 && first <= 90);
  return !isPlainLetter || 'tupkTUPK'.includes(member.charAt(0));
}

/** The claims by which a JWT betrays that it is an ID token: the hashes stand in no other kind, a nonce without a scope hardly. @see OpenID Connect Core §2, §3.3.2.11 */
export function idTokenClaims(claims: Claims): readonly string[] {
  const hashes = HASHES.filter((name) => Object.hasOwn(claims, name));
  const isWithoutScopes = !Object.hasOwn(claims, 'scope') && !Object.hasOwn(claims, 'scp');
  return isWithoutScopes && Object.hasOwn(claims, 'nonce') ? ['nonce', ...hashes] : hashes;
}

/** Without what stands before the kind in a URN or in a media type. */
function kindOf(value: string): string {
  return simplified(value.trim().replace(/^(?:urn:.*:|application\/)/i, ''));
}

function simplified(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}
