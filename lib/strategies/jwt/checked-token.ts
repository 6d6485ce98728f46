import type { AuthRequest } from '../../http/auth-request.js';
import { checkBinding } from '../binding/certificate-binding.js';
import { type Accepted, type Rejected, rejected, type Verdict } from '../strategy.js';
import type { KeySource } from './key-set.js';
import { REFUSED } from './refusals.js';
import type { VerificationKey } from './verification-key.js';

/** What a token was checked with. */
export interface CheckedBy {
  readonly key: VerificationKey;
  /** Where the key is from. */
  readonly source: KeySource;
}

/** What was found out about a token: everything that a request with it is answered from. */
export interface CheckedToken {
  readonly verdict: Accepted | Rejected;
  /** What it was checked with. The finding holds for no other key. */
  readonly by: CheckedBy;
  /** The `cnf` claim, which is checked against the connection of every request. */
  readonly confirmation: unknown;
  /** Until when this holds, in milliseconds since the epoch. */
  readonly until: number;
}

/** Whether a finding holds for a request whose token has this key. */
export function isOfKey(token: CheckedToken, key: VerificationKey): boolean {
  return token.by.key === key;
}

/** Refusals that may become wrong with time. They are not remembered. */
const PASSING: readonly string[] = [REFUSED.notYetValid.reason, REFUSED.issuedInFuture.reason];

/** A token that is refused. */
export function refused(verdict: Rejected, by: CheckedBy): CheckedToken {
  return { verdict, by, confirmation: undefined, until: PASSING.includes(verdict.reason) ? 0 : Number.POSITIVE_INFINITY };
}

/** A token that is bound to a certificate is valid only on a connection with that certificate, also when it is remembered. */
export function conclude({ verdict, confirmation }: CheckedToken, request: AuthRequest): Verdict {
  const refusal = checkBinding(confirmation, request);
  return refusal === undefined ? verdict : rejected(refusal);
}
