import { ANONYMOUS } from '../anonymous.js';
import type { DenialEvent, StepReport } from '../auth-event.js';
import type { ProtectedPlan } from '../plan/plan.js';
import { explainStep } from './explain.js';
import { detailOf, type StepFailure } from './step-failure.js';
import type { Answerer } from './thrown-by.js';

/** Why `'anonymous'` does not admit a request with credentials: without it, a log line would show absent steps only. */
const NOT_ANONYMOUS: StepReport = Object.freeze({ scheme: ANONYMOUS, outcome: 'rejected', reason: 'has_credentials' });

/** What an event says where an authorizer or the enricher answered with an exception of its own. */
export function answeredBy(answerer: Answerer): Pick<DenialEvent, 'code' | 'steps'> {
  const code = `ERR_AUTH_REFUSED_BY_${answerer.toUpperCase()}`;
  return { code, steps: [{ scheme: answerer, outcome: 'forbidden', reason: `answered_by_${answerer}` }] };
}

/** What an event says of the steps that did not admit a caller. */
export function reportSteps(
  failures: readonly StepFailure[],
  { admitsAnonymous }: Pick<ProtectedPlan, 'admitsAnonymous'>,
  explains: boolean,
): StepReport[] {
  const reports = failures.map((failure) => (explains ? { ...reportOf(failure), explanation: explainStep(failure) } : reportOf(failure)));
  return admitsAnonymous ? [...reports, NOT_ANONYMOUS] : reports;
}

function reportOf({ step, outcome, reason, details, verdict }: StepFailure): StepReport {
  const { principal, cause } = details;
  const detail = detailOf(verdict);
  return {
    scheme: step.name,
    outcome,
    reason,
    ...(detail !== undefined && { detail }),
    ...(principal !== undefined && { username: principal.username }),
    ...(cause !== undefined && { cause }),
  };
}
