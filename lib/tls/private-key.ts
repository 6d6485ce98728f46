import { createPrivateKey, type KeyObject } from 'node:crypto';
import { fieldError } from '../errors.js';
import { looksLike, type PemText, type ReadFile, readPem } from './pem.js';

/** A private key in PEM, and its password where it is encrypted. */
export interface PrivateKeyFile {
  /** A PEM file, or the PEM text itself. */
  readonly keyFile: string;
  /** The password of an encrypted key. */
  readonly keyPassword?: string | undefined;
}

/**
 * Reads a private key.
 *
 * @param base - the path of the config that has the fields `keyFile` and `keyPassword`; empty for the outermost one.
 * @param read - returns the content of a file.
 * @throws AuthConfigurationError naming the field and the file.
 */
export function readPrivateKey({ keyFile, keyPassword }: PrivateKeyFile, base = '', read?: ReadFile): KeyObject {
  const at = (field: keyof PrivateKeyFile) => (base === '' ? field : `${base}.${field}`);
  const pem = readPem(keyFile, at('keyFile'), read);
  try {
    return createPrivateKey({ key: pem.text, passphrase: keyPassword });
  } catch (error) {
    throw describeFailure(error, pem, { at, hasPassword: keyPassword !== undefined });
  }
}

interface Failed {
  readonly at: (field: keyof PrivateKeyFile) => string;
  readonly hasPassword: boolean;
}

function describeFailure(error: unknown, pem: PemText, { at, hasPassword }: Failed) {
  const { text, origin } = pem;
  if (!text.includes('PRIVATE KEY-----') || text.includes('OPENSSH'))
    return fieldError(at('keyFile'), `must hold a private key in PEM, but ${origin} has none.${looksLike(pem)}`, error);
  if (!text.includes('ENCRYPTED')) return fieldError(at('keyFile'), `the private key in ${origin} cannot be read.`, error);
  if (!hasPassword) return fieldError(at('keyPassword'), `is needed: the private key in ${origin} is encrypted.`, error);
  return fieldError(at('keyPassword'), `does not decrypt the private key in ${origin}.`, error);
}
