import type { X509Certificate } from 'node:crypto';

const SHA_256 = /^[0-9a-f]{2}(?::[0-9a-f]{2}){31}$|^[0-9a-f]{64}$/i;

/**
 * Reads a SHA-256 thumbprint as a configuration writes it: 64 hexadecimal digits in any case, with or without colons between the bytes.
 *
 * @returns what {@link thumbprintOf} would say; undefined if it is none.
 */
export function parseThumbprint(text: string): string | undefined {
  return SHA_256.test(text) ? text.replaceAll(':', '').toUpperCase() : undefined;
}

/** The SHA-256 thumbprint of a certificate: 64 hexadecimal digits in upper case. */
export function thumbprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '');
}
