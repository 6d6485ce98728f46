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

const REFUSALS: Readonly<Record<BindingRefusal, Rejected>> = {
  unsupported_confirmation: rejected('unsupported_confirmation'),
  certificate_mismatch: rejected('certificate_mismatch'),
};

/** Accepts tokens that are bound to nothing, or to the client certificate of the connection. */
export function confirmByCertificate(confirmation: unknown, _token: string, request: AuthRequest): Rejected | undefined {
  const refusal = checkBinding(confirmation, request);
  return refusal === undefined ? undefined : REFUSALS[refusal];
}

/** The refusal of a binding that cannot be confirmed. */
export const UNSUPPORTED_CONFIRMATION = REFUSALS.unsupported_confirmation;

/** The verdict on a token whose binding was checked: the refusal where there is one. */
export function confirmed(verdict: Accepted, refusal: Awaitable<Rejected | undefined>): Verdict | Promise<Verdict> {
  return isPromise(refusal) ? whenConfirmed(verdict, refusal) : (refusal ?? verdict);
}

async function whenConfirmed(verdict: Accepted, refusal: PromiseLike<Rejected | undefined>): Promise<Verdict> {
  return (await refusal) ?? verdict;
}

/** Why a bound token is refused: its binding is of another kind, or the certificate that it is bound to did not come with it. */
export type BindingRefusal = 'unsupported_confirmation' | 'certificate_mismatch';

/**
 * Checks that a token came from the client that it was issued to, where it is bound to one. Ask again on every request, for remembered tokens too:
 * the answer belongs to the connection.
 *
 * @param confirmation - the token's `cnf` claim; undefined for a token without one, which every client may use.
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

/** The thumbprint of the client certificate of the connection itself: what a proxy forwards does not count. @see RFC 8705 §3.1 */
function thumbprintOf({ socket }: AuthRequest): string | undefined {
  const peer = peerCertificate(socket);
  return peer.kind === 'verified' ? createHash('sha256').update(peer.certificate.raw).digest('base64url') : undefined;
}
