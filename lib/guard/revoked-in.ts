import { type Awaitable, isPromise } from '../awaitable.js';
import type { SingleStep } from '../plan/plan.js';
import type { Principal } from '../principal.js';
import { rejected } from '../strategies/strategy.js';
import { StepFailure } from './step-failure.js';
import { unavailable } from './thrown-by.js';

/** Says whether the token of a caller was revoked: at once, where that is known. */
export type IsRevoked = (principal: Principal) => Awaitable<boolean>;

/** The token is genuine, and was revoked. @see RFC 6750 §3.1 */
const REVOKED = rejected('revoked', {
  explanation: () => 'the application revoked this token, its session or its subject with AuthService.revoke()',
});

/**
 * The failure of a step whose token was revoked, or of which that cannot be found out; undefined for another one. Asked for each request,
 * whether the verdict is remembered or not; each member of a combined step is asked for itself.
 */
export function revokedIn(step: SingleStep, principal: Principal, isRevoked: IsRevoked): Awaitable<StepFailure | undefined> {
  const revoked = isRevoked(principal);
  if (isPromise(revoked)) return revokedLater(step, revoked);
  return revoked ? refused(step) : undefined;
}

async function revokedLater(step: SingleStep, pending: PromiseLike<boolean>): Promise<StepFailure | undefined> {
  try {
    return (await pending) ? refused(step) : undefined;
  } catch (error) {
    return unavailable(step, error);
  }
}

function refused(step: SingleStep): StepFailure {
  return new StepFailure(step, 'rejected', 'revoked', undefined, REVOKED);
}
