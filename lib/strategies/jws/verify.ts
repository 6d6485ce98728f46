import { constants, createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import type { SignatureAlgorithm } from './algorithms.js';

/** Verifies a signature over the given octets by one key and one algorithm. */
export type Verifier = (signingInput: Buffer, signature: Buffer) => boolean;

/** Makes the verifier of an algorithm for a key that fits it. @see RFC 7518 §3 */
export function createVerifier(key: KeyObject, algorithm: SignatureAlgorithm): Verifier {
  const hash = `sha${algorithm.slice(2)}`;
  switch (algorithm.slice(0, 2)) {
    case 'HS':
      return createHmacVerifier(key, hash);
    case 'RS':
      return (signingInput, signature) => verify(hash, signingInput, key, signature);
    case 'PS': {
      const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
      return (signingInput, signature) => verify(hash, signingInput, pss, signature);
    }
    case 'ES': {
      const p1363 = { key, dsaEncoding: 'ieee-p1363' } as const;
      return (signingInput, signature) => verify(hash, signingInput, p1363, signature);
    }
    default:
      // Edwards curves hash by themselves.
      return (signingInput, signature) => verify(null, signingInput, key, signature);
  }
}

function createHmacVerifier(key: KeyObject, hash: string): Verifier {
  return (signingInput, signature) => {
    const expected = createHmac(hash, key).update(signingInput).digest();
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  };
}
