import { createHash } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { AuthRequest } from './auth-request.js';

/** Why a bound token is refused: its binding is of another kind, or the certificate that it is bound to did not come with it. */
export type BindingRefusal = 'unsupported_confirmation' | 'certificate_mismatch';

/**
 * Checks that a token came from whom it was issued to, where it says so. Ask again on every request, for remembered tokens too:
 * the answer belongs to the connection.
 *
 * @param confirmation - the token's `cnf` claim; undefined where it has none, and anybody may bear it.
 * @returns why the token must be refused; undefined if it need not be.
 * @see RFC 8705 §3, RFC 7800 §3.1
 */
export function checkBinding(confirmation: unknown, request: AuthRequest): BindingRefusal | undefined {
  if (confirmation === undefined) return undefined;
  const thumbprint = certificateThumbprintOf(confirmation);
  if (thumbprint === undefined) return 'unsupported_confirmation';
  return thumbprint === thumbprintOf(request) ? undefined : 'certificate_mismatch';
}

/** A binding to a certificate and to nothing else: what is not understood cannot be confirmed. */
function certificateThumbprintOf(confirmation: unknown): string | undefined {
  if (typeof confirmation !== 'object' || confirmation === null) return undefined;
  const [[name, value] = [], ...others] = Object.entries(confirmation);
  return name === 'x5t#S256' && typeof value === 'string' && others.length === 0 ? value : undefined;
}

/** The thumbprint of the client certificate that the TLS layer verified. @see RFC 8705 §3.1 */
function thumbprintOf({ socket }: AuthRequest): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  // A resumed TLS 1.3 session without a certificate is `authorized` on Node 20, with an empty certificate.
  const { raw } = socket.getPeerCertificate();
  if (raw === undefined || raw.length === 0) return undefined;
  return createHash('sha256').update(raw).digest('base64url');
}
