import type { X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';

/** The client certificate of a connection: none, one that was not verified, or a verified one. */
export type PeerCertificate =
  | { readonly kind: 'none' }
  | { readonly kind: 'unverified'; readonly reason: string }
  | { readonly kind: 'verified'; readonly certificate: X509Certificate };

const NONE: PeerCertificate = Object.freeze({ kind: 'none' });

/** The reasons that an operator can act on. Any other reason of OpenSSL is `unverified`. */
const REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not_yet_valid',
  CERT_REVOKED: 'revoked',
  CRL_HAS_EXPIRED: 'revocation_list_expired',
  UNABLE_TO_GET_CRL: 'revocation_list_missing',
  INVALID_PURPOSE: 'wrong_purpose',
};

/** The client certificate of a connection. It can be used only if the TLS layer verified it. */
export function peerCertificate(socket: unknown): PeerCertificate {
  if (!(socket instanceof TLSSocket)) return NONE;
  // Without a certificate Node gives `{}`, which is truthy, and nothing once the connection is gone; and on Node 20 a client without a certificate
  // that resumes a TLS 1.3 session is `authorized`. So its bytes are checked first.
  const raw: Buffer | undefined = socket.getPeerCertificate()?.raw;
  const certificate = socket.getPeerX509Certificate();
  if (raw === undefined || raw.length === 0 || certificate === undefined) return NONE;
  if (socket.authorized !== true) return { kind: 'unverified', reason: REASONS[String(socket.authorizationError)] ?? 'unverified' };
  return { kind: 'verified', certificate };
}
