import type { X509Certificate } from 'node:crypto';
import { type DistinguishedName, isSameName, parseCertificateName, parseDistinguishedName } from '../../http/distinguished-name.js';

/** An issuer that counts: by its whole name, or by the fingerprint of its certificate. */
export type IssuerPin =
  | { readonly kind: 'name'; readonly name: DistinguishedName }
  | { readonly kind: 'fingerprint'; readonly fingerprint: string };

const FINGERPRINT = /^[0-9a-f]{2}(?::?[0-9a-f]{2}){31}$/i;

/**
 * Reads an issuer as a configuration names it.
 *
 * @returns undefined if it is neither an RFC 4514 name nor a SHA-256 fingerprint.
 */
export function parseIssuerPin(text: string): IssuerPin | undefined {
  if (FINGERPRINT.test(text)) return { kind: 'fingerprint', fingerprint: text.replaceAll(':', '').toUpperCase() };
  const name = parseDistinguishedName(text);
  return name && { kind: 'name', name };
}

/** Whether the issuer of a certificate is the pinned one. */
export function matchesIssuer(certificate: X509Certificate, pin: IssuerPin): boolean {
  if (pin.kind === 'fingerprint') return isIssuedByPinned(certificate, pin.fingerprint);
  const issuer = parseCertificateName(certificate.issuer);
  return issuer !== undefined && isSameName(issuer, pin.name);
}

/** The client may send any certificate as its issuer's: it counts only if it signed the client's. A self-signed one is its own issuer. */
function isIssuedByPinned(certificate: X509Certificate, fingerprint: string): boolean {
  const candidates = [certificate.issuerCertificate, certificate].filter((candidate) => candidate !== undefined);
  const issuer = candidates.find((candidate) => candidate.fingerprint256.replaceAll(':', '') === fingerprint);
  return issuer !== undefined && certificate.issuer === issuer.subject && certificate.verify(issuer.publicKey);
}
