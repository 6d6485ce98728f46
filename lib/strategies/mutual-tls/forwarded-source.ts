import type { X509Certificate } from 'node:crypto';
import { fieldError } from '../../errors.js';
import type { ForwardedHeaders } from '../../http/forwarded-certificate.js';
import { type IsTrustedAddress, trustedAddresses } from '../../http/trusted-addresses.js';
import { isSelfSigned, mayBeAnchor } from '../../tls/certificate-path.js';
import { readCertificates } from '../../tls/pem.js';
import { STRONG_KEYS } from '../../tls/weak-key.js';
import { type ForwardedForm, headersOf } from './forwarded.schema.js';

/** The header fields of forwarded certificates, who may send them, and the CAs that they are verified against. */
export interface ForwardedSource extends ForwardedHeaders {
  readonly isTrustedProxy: IsTrustedAddress;
  /** Undefined where the proxy verifies the certificates. */
  readonly anchors: readonly X509Certificate[] | undefined;
}

/**
 * Prepares a source of forwarded certificates.
 *
 * @throws AuthConfigurationError naming the field below `forwarded`.
 */
export function forwardedSource(form: ForwardedForm, trustedProxies: readonly string[]): ForwardedSource {
  if (trustedProxies.length === 0) {
    const message = 'trusts a header that any client can send: list your proxies in AuthModule.forRoot({ trustedProxies }).';
    throw fieldError('forwarded', message);
  }
  const isTrustedProxy = trustedAddresses(trustedProxies, 'forwarded: trustedProxies');
  return { ...headersOf(form), isTrustedProxy, anchors: form.ca === undefined ? undefined : loadAnchors(form.ca) };
}

function loadAnchors(ca: string | readonly string[]): readonly X509Certificate[] {
  if (typeof ca === 'string') return anchorsIn(ca, 'forwarded.ca');
  return ca.flatMap((each, index) => anchorsIn(each, `forwarded.ca[${index}]`));
}

function anchorsIn(ca: string, path: string): readonly X509Certificate[] {
  const certificates = readCertificates(ca, path);
  for (const certificate of certificates) {
    if (mayBeAnchor(certificate) || isTrustedByItself(certificate)) continue;
    const name = certificate.subject.replaceAll('\n', ', ');
    const message = `the certificate of ${name} cannot be a trusted CA: it must be a CA’s, with a strong key (${STRONG_KEYS}), for TLS clients if it has an extended key usage, and without name or policy constraints.`;
    throw fieldError(path, message);
  }
  return certificates;
}

/** A self-signed certificate of a client, which identifies that client only. */
function isTrustedByItself(certificate: X509Certificate): boolean {
  return !certificate.ca && isSelfSigned(certificate);
}
