import type { AuthRequest } from '../../http/auth-request.js';
import { type Confirm, confirmed } from '../binding/confirmation.js';
import type { Accepted, Rejected, Verdict } from '../strategy.js';
import type { JoseHeader } from './jose-header.js';
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
  /** The `cnf` claim, which is checked against every request. */
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

/** A token that is bound to a certificate or to a key is valid only with it, also when it is remembered. */
export function conclude(
  { verdict, confirmation }: CheckedToken,
  token: string,
  request: AuthRequest,
  confirm: Confirm,
): Verdict | Promise<Verdict> {
  return verdict.outcome === 'rejected' ? verdict : confirmed(verdict, confirm(confirmation, token, request));
}

/** A token of a request, and where its key comes from. */
export interface PresentedToken {
  readonly token: string;
  /** The key under which it is remembered; left out where it was not needed yet. */
  readonly digest?: string;
  readonly header: JoseHeader;
  readonly source: KeySource;
}
