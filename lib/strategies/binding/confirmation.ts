import { createHash } from 'node:crypto';
import { type Awaitable, isPromise } from '../../awaitable.js';
import type { AuthRequest } from '../../http/auth-request.js';
import { peerCertificate } from '../../tls/client-certificate.js';
import { type Accepted, type Rejected, rejected, type Verdict } from '../strategy.js';

/**
 * Checks that a token came from the client that it was issued to, where its `cnf` claim says so. Ask it on every request, for remembered
 * tokens too: the answer belongs to the request.
 *
 * @param confirmation - the token's `cnf` claim; undefined where it has none.
 * @returns why the token must be refused; undefined if it need not be.
 * @see RFC 7800 §3.1
 */
export type Confirm = (confirmation: unknown, token: string, request: AuthRequest) => Awaitable<Rejected | undefined>;

/** The refusal of a binding that cannot be confirmed. */
export const UNSUPPORTED_CONFIRMATION = rejected('unsupported_confirmation');
const CERTIFICATE_MISMATCH = rejected('certificate_mismatch');

/** Accepts tokens that are bound to nothing, or to the client certificate of the connection. @see RFC 8705 §3 */
export function confirmByCertificate(confirmation: unknown, _token: string, request: AuthRequest): Rejected | undefined {
  if (confirmation === undefined) return undefined;
  const thumbprint = certificateThumbprintOf(confirmation);
  if (thumbprint === undefined) return UNSUPPORTED_CONFIRMATION;
  return thumbprint === thumbprintOf(request) ? undefined : CERTIFICATE_MISMATCH;
}

/** The verdict on a token whose binding was checked: the refusal where there is one. */
export function confirmed(verdict: Accepted, refusal: Awaitable<Rejected | undefined>): Verdict | Promise<Verdict> {
  return isPromise(refusal) ? whenConfirmed(verdict, refusal) : (refusal ?? verdict);
}

async function whenConfirmed(verdict: Accepted, refusal: PromiseLike<Rejected | undefined>): Promise<Verdict> {
  return (await refusal) ?? verdict;
}

/** A binding to a certificate and to nothing else: what is not understood cannot be confirmed. */
function certificateThumbprintOf(confirmation: unknown): string | undefined {
  const [[name, value] = [], ...others] = Object.entries(confirmation ?? {});
  return name === 'x5t#S256' && typeof value === 'string' && others.length === 0 ? value : undefined;
}

/** The thumbprint of the client certificate of the connection itself: what a proxy forwards does not count. @see RFC 8705 §3.1 */
function thumbprintOf({ socket }: AuthRequest): string | undefined {
  const peer = peerCertificate(socket);
  return peer.kind === 'verified' ? createHash('sha256').update(peer.certificate.raw).digest('base64url') : undefined;
}
