import type { KeyObject } from 'node:crypto';
import { isOfSmallOrder } from './small-order.js';

/** The signature algorithms of RFC 7518 §3.1 and RFC 9864 that may be allowed. */
export const SIGNATURE_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'Ed448',
  'HS256',
  'HS384',
  'HS512',
] as const;

/** The name of a signature algorithm, as in the header parameter `alg`. @see RFC 7518 §3.1 */
export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

/** The algorithms that need nothing secret for verification. */
export const ASYMMETRIC_ALGORITHMS: readonly SignatureAlgorithm[] = SIGNATURE_ALGORITHMS.filter((name) => !name.startsWith('HS'));

/** The fewest bits of an RSA key. @see RFC 7518 §3.3 */
const MIN_RSA_BITS = 2048;
/** No key in use has a larger one, and a check with one as long as the modulus takes a hundred times as long. */
const MAX_EXPONENT = 2n ** 33n;

const EC_ALGORITHMS: Readonly<Record<string, SignatureAlgorithm>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

/** The algorithms that a public key can verify, or a sentence that says why it can be used for none. */
export function algorithmsOf(key: KeyObject): readonly SignatureAlgorithm[] | string {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return weaknessOf(key) ?? evennessOf(key) ?? ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
    case 'rsa-pss':
      return weaknessOf(key) ?? pssAlgorithms(key);
    case 'ec':
      return ecAlgorithms(key);
    case 'ed25519':
      return smallnessOf(key) ?? ['EdDSA', 'Ed25519'];
    case 'ed448':
      return smallnessOf(key) ?? ['EdDSA', 'Ed448'];
    default:
      return `it is of the type "${key.asymmetricKeyType}", which signs no tokens`;
  }
}

/**
 * The HMAC algorithms whose hash is no longer than the secret. @see RFC 7518 §3.2
 */
export function algorithmsOfSecret(octets: number): readonly SignatureAlgorithm[] {
  return HMAC_ALGORITHMS.filter((name) => octets >= hmacOctets(name));
}

/** The octets that a secret must have for an HMAC algorithm. */
export function hmacOctets(algorithm: SignatureAlgorithm): number {
  return Number(algorithm.slice(2)) / 8;
}

const HMAC_ALGORITHMS = SIGNATURE_ALGORITHMS.filter((name) => name.startsWith('HS'));

function weaknessOf(key: KeyObject): string | undefined {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < MIN_RSA_BITS) return `it is an RSA key of ${modulusLength} bits, and ${MIN_RSA_BITS} are the least`;
  // With the exponent 1 every text is its own signature.
  const isUsable = publicExponent >= 3n && publicExponent < MAX_EXPONENT && publicExponent % 2n === 1n;
  return isUsable ? undefined : 'it is an RSA key whose public exponent is not an odd number from 3 to 33 bits';
}

/** A modulus is the product of two large primes. */
function evennessOf(key: KeyObject): string | undefined {
  const last = Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url').at(-1) ?? 0;
  return last % 2 === 0 ? 'it is an RSA key with an even modulus' : undefined;
}

function smallnessOf(key: KeyObject): string | undefined {
  return isOfSmallOrder(key) ? 'it is a point of small order, for which anyone can sign' : undefined;
}

function pssAlgorithms(key: KeyObject): readonly SignatureAlgorithm[] {
  const { hashAlgorithm } = key.asymmetricKeyDetails ?? {};
  const all = ['PS256', 'PS384', 'PS512'] as const;
  return hashAlgorithm === undefined ? all : all.filter((name) => hashAlgorithm === `sha${name.slice(2)}`);
}

function ecAlgorithms(key: KeyObject): readonly SignatureAlgorithm[] | string {
  const { namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  const algorithm = EC_ALGORITHMS[namedCurve];
  return algorithm === undefined ? `its curve "${namedCurve}" is not one of P-256, P-384 and P-521` : [algorithm];
}
