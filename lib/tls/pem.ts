import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describeReadFailure } from '../config/read-failure.js';
import { type AuthConfigurationError, fieldError } from '../errors.js';
import { likenessOf, likenessOfNoPath, likenessOfUnreadablePath } from './pem-likeness.js';
import { toPemText, withLineBreaks } from './pem-text.js';

const CERTIFICATE = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]+?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** The text of a file or of a setting, and how a message calls it without repeating its content. */
export interface PemText {
  readonly text: string;
  /** The file's name in quotes, or `the PEM text`. */
  readonly origin: string;
}

/** Whether a setting is the PEM itself, in any of its forms, rather than the path of a file. */
export function isPemText(value: string): boolean {
  return toPemText(value) !== undefined;
}

/** Returns the content of a file: from the file system at boot; later from what was already read, so that no request waits for a disk. */
export type ReadFile = (file: string) => Buffer;

const PEM = 'a PEM text or the path of a PEM file';

/**
 * Reads a file; `path` names the field in messages, and `expected` says what it may have.
 *
 * @throws AuthConfigurationError naming the field and the file. A key that is given in place of a file's name is not repeated.
 */
export function readBytes(file: string, path: string, read: ReadFile = readFileSync, expected = 'the path of a file'): Buffer {
  try {
    return read(file);
  } catch (error) {
    // The error has the name of the file: it is no cause where that may be a key.
    const likeness = likenessOfUnreadablePath(file);
    throw likeness === undefined ? fieldError(path, describeReadFailure(file, error), error) : noPath(path, expected, likeness);
  }
}

/**
 * Reads a PEM file, or takes the value as the PEM itself where it is one, in any form that {@link toPemText} knows.
 *
 * @throws AuthConfigurationError naming the field and the file. The message never repeats a value that looks like a key.
 */
export function readPem(value: string, path: string, read?: ReadFile): PemText {
  const inline = toPemText(value);
  if (inline !== undefined) return { text: inline, origin: 'the PEM text' };
  checkPath(value, path);
  const content = readBytes(value, path, read, PEM).toString('utf8');
  return { text: toPemText(content) ?? withLineBreaks(content), origin: `the file "${value}"` };
}

/** @throws AuthConfigurationError for a text that is no path: messages about a file would repeat it. @param isReadable - whether it names a file */
export function checkPath(value: string, path: string, isReadable = true): void {
  const likeness = likenessOfNoPath(value) ?? (isReadable ? undefined : likenessOfUnreadablePath(value));
  if (likeness !== undefined) throw noPath(path, PEM, likeness);
}

function noPath(path: string, expected: string, likeness: string): AuthConfigurationError {
  return fieldError(path, `must be ${expected}, but looks like ${likeness}.`);
}

/** Describes a text at the end of a message: ` It looks like a private key.` Empty if it is unknown. */
export function looksLike({ text }: Pick<PemText, 'text'>): string {
  const likeness = likenessOf(text);
  return likeness === undefined ? '' : ` It looks like ${likeness}.`;
}

/**
 * Reads the certificates of a PEM file or text, in its order: at least one, and every one of them readable.
 *
 * @throws AuthConfigurationError naming the field and the file.
 */
export function readCertificates(value: string, path: string, read?: ReadFile): readonly X509Certificate[] {
  const { text, origin } = readPem(value, path, read);
  checkEnds(text, origin, path);
  const blocks = text.match(CERTIFICATE) ?? [];
  if (blocks.length === 0)
    throw fieldError(path, `must hold a certificate in PEM, but ${origin} has no "-----BEGIN CERTIFICATE-----".${looksLike({ text })}`);
  return blocks.map((block, index) => parseCertificate(block, path, `certificate ${index + 1} in ${origin}`));
}

/**
 * Checks that every block of a PEM text has its end: a text that is cut off must not be read as a shorter list.
 *
 * @throws AuthConfigurationError naming the field and the file.
 */
export function checkEnds(text: string, origin: string, path: string): void {
  const count = (boundary: RegExp) => text.match(boundary)?.length ?? 0;
  if (count(/-----BEGIN /g) !== count(/-----END [^-\r\n]+-----/g))
    throw fieldError(path, `${origin} is cut off: a block in it has no end.`);
}

/**
 * Parses one certificate, PEM or DER.
 *
 * @throws AuthConfigurationError naming the field and the certificate.
 */
export function parseCertificate(encoded: string | Buffer, path: string, what: string): X509Certificate {
  try {
    return new X509Certificate(encoded);
  } catch (error) {
    throw fieldError(path, `${what} is damaged: it cannot be read as an X.509 certificate.`, error);
  }
}
