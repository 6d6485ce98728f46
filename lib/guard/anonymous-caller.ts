import type { AuthRequest } from '../http/auth-request.js';
import { hasAuthorization } from '../http/authorization.js';
import type { ProtectedPlan } from '../plan/plan.js';
import type { Principal } from '../principal.js';
import { foundNothing, type StepFailure } from './step-failure.js';

/** A caller that was admitted without credentials. It is a separate value because `undefined` could result from a mistake. */
export const ANONYMOUS_CALLER: unique symbol = Symbol('anonymous');

/** The type of {@link ANONYMOUS_CALLER}. */
export type AnonymousCaller = typeof ANONYMOUS_CALLER;

/** Whether a plan admits a request that no step admitted: it has no credentials at all, and the plan ends in `'anonymous'`. */
export function isAnonymous(
  { admitsAnonymous }: Pick<ProtectedPlan, 'admitsAnonymous'>,
  request: AuthRequest,
  failures: readonly StepFailure[],
): boolean {
  return admitsAnonymous === true && foundNothing(failures) && !hasAuthorization(request);
}

/** The principal of a caller that was admitted; undefined for one without credentials. */
export function principalIn(admitted: Principal | AnonymousCaller): Principal | undefined {
  return admitted === ANONYMOUS_CALLER ? undefined : admitted;
}
