import { type Awaitable, isPromise } from '../awaitable.js';
import type { SingleStep } from '../plan/plan.js';
import type { Principal } from '../principal.js';
import { rejected } from '../strategies/strategy.js';
import { StepFailure } from './step-failure.js';
import { unavailable } from './thrown-by.js';

/** Says whether the token of a caller was revoked: at once, where that is known. */
export type IsRevoked = (principal: Principal) => Awaitable<boolean>;

/** What follows for a caller whose token was not revoked. */
type Next<A> = (step: SingleStep, principal: Principal, attempt: A) => Awaitable<Principal | StepFailure>;

/** The token is genuine, and was revoked. @see RFC 6750 §3.1 */
const REVOKED = rejected('revoked', {
  explanation: () => 'the application revoked this token, its session or its subject with AuthService.revoke()',
});

/** Asked for each request, whether the verdict is remembered or not; each member of a combined step is asked for itself. */
export function unlessRevoked<A extends { readonly isRevoked?: IsRevoked | undefined }>(
  step: SingleStep,
  principal: Principal,
  attempt: A,
  next: Next<A>,
): Awaitable<Principal | StepFailure> {
  const { isRevoked } = attempt;
  if (isRevoked === undefined) return next(step, principal, attempt);
  const revoked = isRevoked(principal);
  if (!isPromise(revoked)) return revoked ? revokedIn(step) : next(step, principal, attempt);
  return Promise.resolve(revoked).then(
    (is) => (is ? revokedIn(step) : next(step, principal, attempt)),
    (error) => unavailable(step, error),
  );
}

function revokedIn(step: SingleStep): StepFailure {
  return new StepFailure(step, 'rejected', 'revoked', undefined, REVOKED);
}
