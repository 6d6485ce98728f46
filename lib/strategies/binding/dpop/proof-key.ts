import type { KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Awaitable } from '../../../awaitable.js';
import { loadJose } from '../../../config/load-libraries.js';
import { isJsonObject } from '../../../json-object.js';
import { type Claims, own } from '../../claims/claims-reader.js';
import { algorithmsOf, SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from '../../jws/algorithms.js';
import { decodeSegment, readObject } from '../../jws/compact.js';
import { importPublic, privateMemberOf } from '../../jws/jwk.js';
import { typeName } from '../../jws/type-name.js';
import { createVerifier, type Verifier } from '../../jws/verify.js';
import type { Rejected } from '../../strategy.js';
import { DPOP_REFUSED, explained } from './dpop-refusals.js';

/** The key of a proof, ready to verify it. */
export interface ProofKey {
  readonly algorithm: SignatureAlgorithm;
  readonly verify: Verifier;
  /** The SHA-256 thumbprint of the key. @see RFC 7638 */
  readonly thumbprint: string;
}

/** The `typ` of proofs. @see RFC 9449 §4.2 */
const TYPE = 'dpop+jwt';
/** How many keys are remembered: a client uses the same one for all its proofs. */
const MAX_KEYS = 1000;
/** Parameters that change what a token means. */
const REFUSED_PARAMETERS = ['crit', 'b64', 'enc', 'zip'];
/** The most bits of an RSA key: the time that a signature takes grows with them. */
const MAX_RSA_BITS = 8192;
/** The members of a public key that are written in base64url. @see RFC 7518 §6 */
const KEY_MEMBERS = ['n', 'e', 'x', 'y'] as const;

/** Reads the headers of proofs. A client writes the same one into all its proofs: its key is imported once. */
export class ProofKeys {
  private readonly known = new LRUCache<string, ProofKey>({ max: MAX_KEYS });

  /** The key in the first segment of a proof, or why the proof is refused. @see RFC 9449 §4.3 */
  read(segment: string): Awaitable<ProofKey | Rejected> {
    return this.known.get(segment) ?? this.learn(segment);
  }

  private learn(segment: string): Awaitable<ProofKey | Rejected> {
    const octets = decodeSegment(segment);
    const header = octets && readObject(octets);
    if (octets === undefined || header === undefined) return DPOP_REFUSED.malformedProof;
    const imported = importKey(header);
    return 'outcome' in imported ? imported : this.remember(octets.toString('base64url'), imported);
  }

  private async remember(segment: string, { jwk, ...imported }: ImportedKey): Promise<ProofKey> {
    const { calculateJwkThumbprint } = await loadJose();
    const key = { ...imported, thumbprint: await calculateJwkThumbprint(jwk) };
    this.known.set(segment, key);
    return key;
  }
}

type ImportedKey = Omit<ProofKey, 'thumbprint'> & { readonly jwk: JWK };

function importKey(header: Claims): ImportedKey | Rejected {
  if (REFUSED_PARAMETERS.some((name) => Object.hasOwn(header, name))) return DPOP_REFUSED.malformedProof;
  const typ = own(header, 'typ');
  if (typeof typ !== 'string' || typeName(typ) !== TYPE) return DPOP_REFUSED.wrongType;
  const alg = own(header, 'alg');
  const algorithm = SIGNATURE_ALGORITHMS.find((name) => name === alg);
  if (algorithm === undefined) return DPOP_REFUSED.algorithmNotAllowed;
  const jwk = own(header, 'jwk');
  const key = isJsonObject(jwk) ? publicKeyOf(jwk) : 'the header has no jwk';
  if (typeof key === 'string') return explained(DPOP_REFUSED.unusableKey, () => key);
  const allowed = algorithmsOf(key);
  if (typeof allowed === 'string') return explained(DPOP_REFUSED.unusableKey, () => allowed);
  if (!allowed.includes(algorithm)) return explained(DPOP_REFUSED.unusableKey, () => `the key is not one for ${algorithm}`);
  return { algorithm, verify: createVerifier(key, algorithm), jwk: jwk as JWK };
}

/** The public key, or a sentence that says why there is none. */
function publicKeyOf(jwk: Claims): KeyObject | string {
  const secret = privateMemberOf(jwk);
  if (secret !== undefined) return `the jwk has the member "${secret}", which only private keys have`;
  // Node's decoder skips what is not of the alphabet, and the thumbprint of such a key cannot be made.
  const unread = KEY_MEMBERS.find((name) => isNotBase64url(own(jwk, name)));
  if (unread !== undefined) return `the member "${unread}" of the jwk is not base64url`;
  const key = importPublic(jwk);
  if (key === undefined) return 'the jwk is not a public key that is known here';
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  return modulusLength > MAX_RSA_BITS ? `it is an RSA key of more than ${MAX_RSA_BITS} bits` : key;
}

function isNotBase64url(value: unknown): boolean {
  return typeof value === 'string' && decodeSegment(value) === undefined;
}
