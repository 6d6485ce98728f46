import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { fieldError, resultOf } from '../errors.js';
import { type ReadFile, readCertificates } from './pem.js';
import { type Pkcs12Content, type Pkcs12File, readPkcs12 } from './pkcs12.js';
import { readPrivateKey } from './private-key.js';
import type { KeyConfig } from './secure-socket.config.js';

/** A private key and its certificate chain, as `node:tls` takes them. */
export interface KeyMaterial {
  /** The certificate and then its intermediates, PEM. */
  readonly cert: string;
  /** The private key, PEM, not encrypted. */
  readonly key: string;
}

/**
 * Loads a private key and its certificate, and checks that they belong together.
 *
 * @param path - names the field in messages.
 * @param read - returns the content of a file.
 * @throws AuthConfigurationError naming the field and the file.
 */
export function loadKeyMaterial(config: KeyConfig, path: string, read?: ReadFile): KeyMaterial {
  return 'path' in config ? ofPkcs12(config, path, read) : ofPem(config, path, read);
}

/**
 * Loads the certificates to trust, as PEM: all those of a PEM file or text, or of a PKCS#12 trust store.
 *
 * @param path - names the field in messages.
 * @param read - returns the content of a file.
 * @throws AuthConfigurationError naming the field and the file.
 */
export function loadTrust(trust: string | Pkcs12File, path: string, read?: ReadFile): readonly string[] {
  if (typeof trust === 'string') return readCertificates(trust, path, read).map(String);
  const { certificates } = readPkcs12(trust, path, read);
  if (certificates.length === 0) throw fieldError(`${path}.path`, `the file "${trust.path}" holds no certificate to trust.`);
  return certificates.map(String);
}

type PemKeyConfig = Extract<KeyConfig, { readonly keyFile: string }>;

function ofPem({ certFile, ...file }: PemKeyConfig, path: string, read: ReadFile | undefined): KeyMaterial {
  const chain = readCertificates(certFile, `${path}.certFile`, read);
  const key = readPrivateKey(file, path, read);
  const leaf = chain[0];
  if (leaf === undefined || !matches(leaf, key))
    throw fieldError(
      `${path}.keyFile`,
      'is not the key of the first certificate in certFile. The certificate itself comes first, its CAs after it.',
    );
  return toMaterial(key, chain);
}

function ofPkcs12(file: Pkcs12File, path: string, read: ReadFile | undefined): KeyMaterial {
  const content = readPkcs12(file, path, read);
  const [key, another] = content.keys;
  if (key === undefined || another !== undefined)
    throw fieldError(`${path}.path`, `the file "${file.path}" must hold one private key, and holds ${content.keys.length}.`);
  return toMaterial(key, chainOf(key, content, file, path));
}

/** A PKCS#12 file has its certificates in any order. The chain begins with the certificate of the key; the issuer of each one follows. */
function chainOf(key: KeyObject, { certificates }: Pkcs12Content, file: Pkcs12File, path: string): readonly X509Certificate[] {
  const leaf = certificates.find((certificate) => matches(certificate, key));
  if (leaf === undefined) throw fieldError(`${path}.path`, `the file "${file.path}" holds no certificate of its private key.`);
  const chain = [leaf];
  for (let last = leaf, next = issuerOf(last, certificates, chain); next !== undefined; next = issuerOf(last, certificates, chain)) {
    chain.push(next);
    last = next;
  }
  return chain;
}

function issuerOf(subject: X509Certificate, candidates: readonly X509Certificate[], chain: readonly X509Certificate[]) {
  return candidates.find((candidate) => !chain.includes(candidate) && subject.checkIssued(candidate));
}

function matches(certificate: X509Certificate, key: KeyObject): boolean {
  return resultOf(() => certificate.publicKey)?.equals(createPublicKey(key)) === true;
}

function toMaterial(key: KeyObject, chain: readonly X509Certificate[]): KeyMaterial {
  return { cert: chain.map(String).join(''), key: key.export({ format: 'pem', type: 'pkcs8' }).toString() };
}
