import { type Awaitable, isPromise } from '../../awaitable.js';
import type { AuthRequest } from '../../http/auth-request.js';
import { type Accepted, type Rejected, rejected, type Verdict } from '../strategy.js';
import { type BindingRefusal, checkBinding } from './certificate-binding.js';

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
