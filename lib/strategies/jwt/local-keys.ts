import { createPublicKey, createSecretKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { suggest } from '../../config/nearest-name.js';
import { fieldError, resultOf } from '../../errors.js';
import { looksLike, type PemText, readCertificates, readPem } from '../../tls/pem.js';
import { readPkcs12 } from '../../tls/pkcs12.js';
import { algorithmsOf, algorithmsOfSecret, hmacOctets, type SignatureAlgorithm } from '../jws/algorithms.js';
import { type ImportRules, importKeys, keyUsesFor } from './jwks.js';
import type { TrustStoreConfig } from './jwt-validator.config.js';
import type { JwtSettings } from './jwt-validator.schema.js';
import { LocalKeys } from './key-set.js';
import { createVerificationKey, type VerificationKey } from './verification-key.js';

type Allowed = readonly SignatureAlgorithm[] | undefined;

/**
 * Loads the keys that the config itself holds or names a file of.
 *
 * @throws AuthConfigurationError naming the field, for keys that cannot or must not be used.
 */
export function loadLocalKeys({ signatureConfig, algorithms, typ }: JwtSettings, warn: (message: string) => void): LocalKeys {
  const { certFile, trustStoreConfig, publicKey, secret, jwks } = signatureConfig;
  if (jwks !== undefined) return new LocalKeys(ofJwks(jwks.keys, { algorithms, uses: keyUsesFor(typ) }, warn));
  if (certFile !== undefined) return new LocalKeys([ofCertFile(certFile, algorithms)]);
  if (trustStoreConfig !== undefined) return new LocalKeys([ofTrustStore(trustStoreConfig, algorithms)]);
  if (publicKey !== undefined) return new LocalKeys([ofPublicKey(publicKey, algorithms)]);
  return new LocalKeys([ofSecret(secret ?? new Uint8Array(), algorithms)]);
}

function ofCertFile(certFile: string, allowed: Allowed): VerificationKey {
  const path = 'signatureConfig.certFile';
  // It throws where there is none.
  const [certificate] = readCertificates(certFile, path) as [X509Certificate];
  return ofCertificate(certificate, path, allowed);
}

function ofTrustStore(config: TrustStoreConfig, allowed: Allowed): VerificationKey {
  const path = 'signatureConfig.trustStoreConfig';
  return ofCertificate(readTrustedCertificate(config, path), `${path}.certAlias`, allowed);
}

function ofCertificate(certificate: X509Certificate, path: string, allowed: Allowed): VerificationKey {
  const validTo = Date.parse(certificate.validTo);
  const now = Date.now();
  if (now < Date.parse(certificate.validFrom))
    throw fieldError(path, `is a certificate that is not valid before ${certificate.validFrom}.`);
  if (now >= validTo) throw fieldError(path, `is a certificate that expired on ${certificate.validTo}. Put its successor in its place.`);
  const key = resultOf(() => certificate.publicKey);
  if (key === undefined) throw fieldError(path, 'has a key that cannot be used: it cannot be read.');
  return ofKey(key, path, allowed, validTo);
}

function ofPublicKey(publicKey: string, allowed: Allowed): VerificationKey {
  const path = 'signatureConfig.publicKey';
  const pem = readPem(publicKey, path);
  const { text, origin } = pem;
  if (text.includes('PRIVATE KEY-----'))
    throw fieldError(
      path,
      `is a private key in ${origin}. Give the public key: a service that verifies tokens must not be able to sign them.`,
    );
  if (text.includes('CERTIFICATE-----'))
    throw fieldError(path, `is a certificate in ${origin}. Give it as certFile, so that its validity period counts.`);
  return ofKey(parsePublicKey(pem, path), path, allowed);
}

function parsePublicKey(pem: PemText, path: string): KeyObject {
  try {
    return createPublicKey(pem.text);
  } catch (error) {
    throw fieldError(path, `must be a public key in PEM, but ${pem.origin} cannot be read as one.${looksLike(pem)}`, error);
  }
}

function ofKey(key: KeyObject, path: string, allowed: Allowed, validTo?: number): VerificationKey {
  const possible = algorithmsOf(key);
  if (typeof possible === 'string') throw fieldError(path, `has a key that cannot be used: ${possible}.`);
  const algorithms = allowed === undefined ? possible : possible.filter((name) => allowed.includes(name));
  if (algorithms.length === 0)
    throw fieldError('algorithms', `has none that fits the key in ${path}: it can be used with ${possible.join(', ')}.`);
  return createVerificationKey({ key, algorithms, validTo });
}

/** @see RFC 7518 §3.2 */
function ofSecret(octets: Uint8Array, allowed: Allowed): VerificationKey {
  const path = 'signatureConfig.secret';
  const possible = algorithmsOfSecret(octets.length);
  const wanted = allowed?.filter((name) => name.startsWith('HS')) ?? possible;
  const tooLong = wanted.find((name) => !possible.includes(name));
  const unfit = tooLong ?? (possible.length === 0 ? 'HS256' : undefined);
  if (unfit !== undefined) {
    const needed = hmacOctets(unfit);
    throw fieldError(
      path,
      `is too short: ${octets.length} bytes, and ${unfit} needs ${needed} at least. Make one with: openssl rand -base64 ${needed}`,
    );
  }
  if (wanted.length === 0)
    throw fieldError('algorithms', `has none that fits a shared secret: it can be used with ${possible.join(', ')}.`);
  return createVerificationKey({ key: createSecretKey(octets), algorithms: wanted });
}

function ofJwks(jwks: readonly unknown[], rules: ImportRules, warn: (message: string) => void): VerificationKey[] {
  const path = 'signatureConfig.jwks';
  const { keys, skipped } = importKeys(jwks, rules);
  if (keys.size === 0) throw fieldError(`${path}.keys`, `has no key that can verify tokens${skipped.map((each) => `; ${each}`).join('')}.`);
  if (skipped.length > 0) warn(`Keys of ${path} that are not used: ${skipped.join('; ')}.`);
  return [...keys.values()];
}

/**
 * Reads the certificate of an alias from a PKCS#12 trust store. As in a Java key store, case does not matter in an alias.
 *
 * @param path - names the field in messages.
 * @throws AuthConfigurationError naming the field, if there is no such certificate, or several.
 */
export function readTrustedCertificate({ trustStore, certAlias }: TrustStoreConfig, path: string): X509Certificate {
  const { aliases } = readPkcs12(trustStore, `${path}.trustStore`);
  const found = aliases.filter(({ alias }) => alias.toLowerCase() === certAlias.toLowerCase());
  const [first, second] = found;
  if (first === undefined) {
    const known = suggest(
      certAlias,
      aliases.map(({ alias }) => alias),
    );
    throw fieldError(`${path}.certAlias`, `is "${certAlias}", which the trust store does not have. ${known}`);
  }
  if (second !== undefined) throw fieldError(`${path}.certAlias`, `is "${certAlias}", which the trust store has ${found.length} times.`);
  return first.certificate;
}
