import { isJsonObject } from '../../json-object.js';
import { quoted } from '../../operator/log-text.js';
import { type Claims, own } from '../claims/claims-reader.js';
import { algorithmsOf, type SignatureAlgorithm } from '../jws/algorithms.js';
import { importPublic, privateMemberOf } from '../jws/jwk.js';
import { createVerificationKey, type VerificationKey } from './verification-key.js';

/** The usable keys of a JWK set, each under a text that is the same as long as the key is. */
export interface ImportedKeys {
  readonly keys: ReadonlyMap<string, VerificationKey>;
  /** Why the others are not used, one phrase each. */
  readonly skipped: readonly string[];
}

/** The members of a JWK that make it another key when they change. */
const IDENTITY = ['kid', 'alg', 'kty', 'n', 'e', 'crv', 'x', 'y'] as const;

/** Which keys of a set may verify tokens. */
export interface ImportRules {
  /** The algorithms that keys may be used with; undefined for all that they can. */
  readonly algorithms: readonly SignatureAlgorithm[] | undefined;
  /** The values of `use` that mean signatures of these tokens; `sig` alone if left out. */
  readonly uses?: readonly string[] | undefined;
}

const SIGNATURE_USES: readonly string[] = ['sig'];
const SVID_USES: readonly string[] = ['sig', 'jwt-svid'];

/**
 * The values of `use` that tokens of these types may be verified with: those of a SPIFFE trust bundle where `JOSE` is allowed, the type
 * that only JWT-SVIDs have. A bundle's `x509-svid` keys never count.
 *
 * @see SPIFFE JWT-SVID §2 and §4
 */
export function keyUsesFor(typ: readonly string[] | undefined): readonly string[] {
  return typ?.some((each) => /^(?:application\/)?jose$/i.test(each)) === true ? SVID_USES : SIGNATURE_USES;
}

/**
 * Imports the keys of a JWK set. A key that was `known` before stays the same object, so that what it verified stays good.
 *
 * @see RFC 7517 §5: keys that are not understood are ignored.
 */
export function importKeys(
  jwks: readonly unknown[],
  rules: ImportRules,
  known: ReadonlyMap<string, VerificationKey> = new Map(),
): ImportedKeys {
  const keys = new Map<string, VerificationKey>();
  const skipped = new Set<string>();
  for (const jwk of jwks) {
    if (isForCertificates(jwk, rules)) continue;
    const identity = identityOf(jwk);
    const imported = importKey(jwk, rules, known.get(identity));
    if (typeof imported === 'string') skipped.add(`${nameOf(jwk)}: ${imported}`);
    else if (imported !== undefined) keys.set(identity, imported);
  }
  return { keys, skipped: [...skipped] };
}

/** A SPIFFE bundle has keys for certificates by its nature: nothing to report. */
function isForCertificates(jwk: unknown, { uses }: ImportRules): boolean {
  return uses === SVID_USES && isJsonObject(jwk) && own(jwk, 'use') === 'x509-svid';
}

/** Undefined for a key that the configuration itself leaves no algorithm. */
function importKey(
  jwk: unknown,
  { algorithms: allowed, uses = SIGNATURE_USES }: ImportRules,
  known: VerificationKey | undefined,
): VerificationKey | string | undefined {
  if (!isJsonObject(jwk)) return 'it is not an object';
  const unfit = unfitness(jwk, uses);
  if (unfit !== undefined) return unfit;
  if (known !== undefined) return known;
  const key = importPublic(jwk);
  if (key === undefined) return `it is not a valid key of the type ${inShort(own(jwk, 'kty'))}`;
  const possible = algorithmsOf(key);
  if (typeof possible === 'string') return possible;
  const alg = own(jwk, 'alg');
  const declared = alg === undefined ? possible : possible.filter((name) => name === alg);
  if (declared.length === 0) return `its "alg" ${inShort(alg)} does not fit it`;
  const algorithms = allowed === undefined ? declared : declared.filter((name) => allowed.includes(name));
  // What is no string is unfit.
  const kid = own(jwk, 'kid') as string | undefined;
  return algorithms.length === 0 ? undefined : createVerificationKey({ key, algorithms, kid });
}

function unfitness(jwk: Claims, uses: readonly string[]): string | undefined {
  const kid = own(jwk, 'kid');
  const use = own(jwk, 'use');
  const operations = own(jwk, 'key_ops');
  if (own(jwk, 'kty') === 'oct') return 'it is symmetric: a published key must not be a secret';
  if (privateMemberOf(jwk) !== undefined) return 'it has private parts, so that every reader of it can sign';
  if (kid !== undefined && typeof kid !== 'string') return 'its "kid" is not a string';
  if (use !== undefined && !uses.some((each) => each === use)) return `its "use" is ${inShort(use)}`;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify')))
    return 'its "key_ops" do not include "verify"';
  return undefined;
}

function identityOf(jwk: unknown): string {
  return isJsonObject(jwk) ? JSON.stringify(IDENTITY.map((name) => own(jwk, name))) : '';
}

/** What comes from outside and goes to a log: it may be of any length. */
function inShort(value: unknown): string {
  return quoted(value).slice(0, 80);
}

function nameOf(jwk: unknown): string {
  const kid = isJsonObject(jwk) ? own(jwk, 'kid') : undefined;
  return kid === undefined ? 'a key without "kid"' : `key ${inShort(kid)}`;
}
