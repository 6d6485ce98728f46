import type { KeyObject } from 'node:crypto';
import { loadJose } from '../config/load-libraries.js';
import { AuthConfigurationError, fieldError } from '../errors.js';
import { readPrivateKey } from '../tls/private-key.js';
import { isWeakKey, STRONG_KEYS } from '../tls/weak-key.js';
import type { AssertionAlgorithm } from './client-auth.config.js';

/** A private key, and the algorithm of its signatures. */
export interface SigningKeyConfig {
  /** A PEM file, or the PEM text itself. */
  readonly keyFile: string;
  /** The password of an encrypted key. */
  readonly keyPassword?: string;
  /** The signature's algorithm; the default is the one that fits the key. */
  readonly algorithm?: AssertionAlgorithm;
}

/** A private key and the algorithm that it signs with. */
export interface SigningKey {
  readonly key: CryptoKey;
  readonly algorithm: AssertionAlgorithm;
}

type CryptoKey = Awaited<ReturnType<typeof import('jose')['importPKCS8']>>;

const BY_CURVE: Readonly<Record<string, AssertionAlgorithm>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

/**
 * Loads a private key to sign with.
 *
 * @throws AuthConfigurationError with the paths `keyFile` and `algorithm`, if the key cannot be read or does not fit the algorithm.
 */
export async function loadSigningKey(config: SigningKeyConfig): Promise<SigningKey> {
  const key = readStrongKey(config);
  const algorithm = config.algorithm ?? fittingAlgorithm(key);
  return { key: await importFor(key, algorithm), algorithm };
}

function readStrongKey(config: SigningKeyConfig): KeyObject {
  const key = readPrivateKey(config);
  if (isWeakKey(key)) throw fieldError('keyFile', `holds a weak key: ${STRONG_KEYS}.`);
  return key;
}

function fittingAlgorithm(key: KeyObject): AssertionAlgorithm {
  const type = key.asymmetricKeyType;
  if (type === 'rsa') return 'RS256';
  if (type === 'ed25519') return 'EdDSA';
  const fitting = BY_CURVE[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (fitting !== undefined) return fitting;
  throw fieldError('keyFile', `holds a key (${type}) that no known algorithm signs with: use RSA, EC (P-256, P-384, P-521) or Ed25519.`);
}

async function importFor(key: KeyObject, algorithm: AssertionAlgorithm) {
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { importPKCS8 } = await loadJose();
  try {
    return await importPKCS8(pem, algorithm);
  } catch (cause) {
    const problem = { path: 'algorithm', message: `"${algorithm}" does not fit the key in keyFile (${key.asymmetricKeyType}).` };
    throw new AuthConfigurationError([problem], { cause });
  }
}
