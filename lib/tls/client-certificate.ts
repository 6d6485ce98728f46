import { X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { hasWeakKey } from './weak-key.js';

/** The client certificate of a connection: none, one that was not verified, or a verified one. */
export type PeerCertificate =
  | { readonly kind: 'none' }
  | { readonly kind: 'unverified'; readonly reason: string }
  /** `issuerCertificate` is the one that the client sent, or that the listener trusts. */
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
  if (raw === undefined || raw.length === 0) return NONE;
  if (socket.authorized !== true) return { kind: 'unverified', reason: reasonOf(String(socket.authorizationError), raw) };
  return { kind: 'verified', certificate: certificateOf(raw, socket) };
}

/** Node.js 24 leaves keys that are too short to OpenSSL, and has no name for that. Earlier versions verify such a certificate. */
function reasonOf(code: string, raw: Buffer): string {
  if (code === 'UNSPECIFIED' && hasWeakKey(new X509Certificate(raw))) return 'weak_key';
  return REASONS[code] ?? 'unverified';
}

/**
 * Node's `getPeerX509Certificate()` knows no issuer of the listener's own CAs, and removes from the connection what the client sent, so that a
 * second look finds less. `getPeerCertificate()` does neither.
 */
function certificateOf(raw: Buffer, socket: TLSSocket): X509Certificate {
  return Object.defineProperty(new X509Certificate(raw), 'issuerCertificate', {
    get: () => {
      const issuer: Buffer | undefined = socket.getPeerCertificate(true)?.issuerCertificate?.raw;
      return issuer && new X509Certificate(issuer);
    },
  });
}
