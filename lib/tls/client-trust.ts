import { X509Certificate } from 'node:crypto';
import { fieldError } from '../errors.js';
import { isIssuedBy, isSelfSigned } from './certificate-path.js';
import { loadTrust } from './key-material.js';
import { checkEnds, type ReadFile, readPem } from './pem.js';
import type { ListenerMutualSsl } from './secure-socket.config.js';
import { hasWeakKey, STRONG_KEYS } from './weak-key.js';

/** The certificates and lists that client certificates are verified against. */
export interface ClientTrust {
  /** Certificates to trust, PEM. */
  readonly ca: string[];
  /** Revocation lists, PEM. */
  readonly crl?: string[];
}

const CRL = /-----BEGIN X509 CRL-----[\s\S]+?-----END X509 CRL-----/g;

/**
 * Loads the trusted certificates for clients, and the revocation lists.
 *
 * @throws AuthConfigurationError with paths that begin with `mutualSsl`, naming the file.
 */
export function loadClientTrust({ cert, crl }: ListenerMutualSsl, read?: ReadFile): ClientTrust {
  const ca = [...loadTrust(cert, 'mutualSsl.cert', read)];
  checkAnchors(ca.map((pem) => new X509Certificate(pem)));
  return { ca, ...(crl !== undefined && { crl: loadCrls(crl, read) }) };
}

/** On a server Node trusts complete chains only: a lone intermediate would refuse every client, and only at run time. */
function checkAnchors(anchors: readonly X509Certificate[]): void {
  for (const anchor of anchors) {
    const name = anchor.subject.replaceAll('\n', ', ');
    if (hasWeakKey(anchor)) throw fieldError('mutualSsl.cert', `the certificate of ${name} has a weak key: ${STRONG_KEYS}.`);
    if (!isSelfSigned(anchor) && !anchors.some((issuer) => isIssuedBy(anchor, issuer)))
      throw fieldError(
        'mutualSsl.cert',
        `the certificate of ${name} was issued by ${anchor.issuer.replaceAll('\n', ', ')}, which is missing. Add its issuers up to the root CA. To admit one certificate only, trust its CA and choose in mutualSslConfig.`,
      );
  }
}

function loadCrls(crl: string, read: ReadFile | undefined): string[] {
  const { text, origin } = readPem(crl, 'mutualSsl.crl', read);
  checkEnds(text, origin, 'mutualSsl.crl');
  const lists = text.match(CRL) ?? [];
  if (lists.length === 0)
    throw fieldError(
      'mutualSsl.crl',
      `must hold a revocation list in PEM, but ${origin} has no "-----BEGIN X509 CRL-----". Convert DER with: openssl crl -inform DER -in ca.crl -out ca.pem`,
    );
  return [...lists];
}
