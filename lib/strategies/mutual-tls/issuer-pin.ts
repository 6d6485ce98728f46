import type { X509Certificate } from 'node:crypto';
import { type DistinguishedName, isSameName, parseDistinguishedName } from '../../tls/distinguished-name.js';
import type { ReadCertificate } from './caller.js';
import { parseThumbprint, thumbprintOf } from './thumbprint.js';

/** An issuer that counts: by its whole name, or by the fingerprint of its certificate. */
export type IssuerPin =
  | { readonly kind: 'name'; readonly name: DistinguishedName }
  | { readonly kind: 'fingerprint'; readonly fingerprint: string };

/**
 * Reads an issuer as a configuration names it.
 *
 * @returns undefined if it is neither an RFC 4514 name nor a SHA-256 fingerprint.
 */
export function parseIssuerPin(text: string): IssuerPin | undefined {
  const fingerprint = parseThumbprint(text);
  if (fingerprint !== undefined) return { kind: 'fingerprint', fingerprint };
  const name = parseDistinguishedName(text);
  return name && { kind: 'name', name };
}

/** Whether the issuer of a certificate is the pinned one. */
export function matchesIssuer({ certificate, issuer }: Pick<ReadCertificate, 'certificate' | 'issuer'>, pin: IssuerPin): boolean {
  return pin.kind === 'fingerprint' ? isIssuedByPinned(certificate, pin.fingerprint) : isSameName(issuer, pin.name);
}

/** Whether two pins were written for the same issuer, as far as one can tell without its certificate. */
export function isSamePin(one: IssuerPin, other: IssuerPin): boolean {
  if (one.kind === 'name') return other.kind === 'name' && isSameName(one.name, other.name);
  return other.kind === 'fingerprint' && other.fingerprint === one.fingerprint;
}

/** The client may send any certificate as its issuer's: it counts only if it signed the client's. A self-signed one is its own issuer. */
function isIssuedByPinned(certificate: X509Certificate, fingerprint: string): boolean {
  const candidates = [certificate.issuerCertificate, certificate].filter((candidate) => candidate !== undefined);
  const issuer = candidates.find((candidate) => thumbprintOf(candidate) === fingerprint);
  return issuer !== undefined && certificate.issuer === issuer.subject && certificate.verify(issuer.publicKey);
}
