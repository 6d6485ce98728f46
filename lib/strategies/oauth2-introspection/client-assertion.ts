import { createPrivateKey, type KeyObject } from 'node:crypto';
import { importPKCS8 } from 'jose';
import { type ClientAuth, modifyAssertion, PrivateKeyJwt } from 'oauth4webapi';
import { AuthConfigurationError } from '../../errors.js';
import { fieldError, readPem } from '../../http/pem.js';
import type { AssertionAlgorithm, PrivateKeyJwtAuthConfig } from './config.js';

const MIN_RSA_BITS = 2048;
const BY_CURVE: Readonly<Record<string, AssertionAlgorithm>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

/**
 * Signs a fresh assertion for every request.
 *
 * @throws AuthConfigurationError with paths relative to `auth`, if the key cannot be read or does not fit the algorithm.
 * @see RFC 7523 §2.2
 */
export async function clientAssertion(config: PrivateKeyJwtAuthConfig): Promise<ClientAuth> {
  const keyObject = readPrivateKey(config);
  const algorithm = config.algorithm ?? fittingAlgorithm(keyObject);
  const key = await importFor(keyObject, algorithm);
  return PrivateKeyJwt(config.keyId === undefined ? key : { key, kid: config.keyId }, {
    // The library writes Ed25519, the fully specified name, which many servers do not know yet.
    [modifyAssertion]: (header) => {
      header.alg = algorithm;
    },
  });
}

function readPrivateKey({ keyFile, keyPassword }: PrivateKeyJwtAuthConfig): KeyObject {
  const { text, origin } = readPem(keyFile, 'keyFile');
  const key = parse(text, origin, keyPassword);
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < MIN_RSA_BITS)
    throw fieldError('keyFile', `must be an RSA key of ${MIN_RSA_BITS} bits or more, but ${origin} has ${bits}.`);
  return key;
}

function parse(text: string, origin: string, keyPassword: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: text, ...(keyPassword !== undefined && { passphrase: keyPassword }) });
  } catch (error) {
    const cure = text.includes('ENCRYPTED') ? ' Is keyPassword right?' : '';
    throw fieldError('keyFile', `must hold a private key in PEM, but ${origin} cannot be read as one.${cure}`, error);
  }
}

function fittingAlgorithm(key: KeyObject): AssertionAlgorithm {
  const type = key.asymmetricKeyType;
  if (type === 'rsa') return 'RS256';
  if (type === 'rsa-pss') return 'PS256';
  if (type === 'ed25519') return 'EdDSA';
  const fitting = BY_CURVE[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (fitting !== undefined) return fitting;
  throw fieldError('keyFile', `holds a key (${type}) that no known algorithm signs with: use RSA, EC (P-256, P-384, P-521) or Ed25519.`);
}

async function importFor(key: KeyObject, algorithm: AssertionAlgorithm) {
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  try {
    return await importPKCS8(pem, algorithm);
  } catch (cause) {
    const problem = { path: 'algorithm', message: `"${algorithm}" does not fit the key in keyFile (${key.asymmetricKeyType}).` };
    throw new AuthConfigurationError([problem], { cause });
  }
}
