import { ANONYMOUS } from '../anonymous.js';
import type { StepReport } from '../auth-event.js';
import type { ProtectedPlan } from '../plan/plan.js';
import { explainStep } from './explain.js';
import { detailOf, type StepFailure } from './step-failure.js';

/** Why `'anonymous'` admits nobody who comes with credentials: without it, a log line would show absent steps alone. */
const NOT_ANONYMOUS: StepReport = Object.freeze({ scheme: ANONYMOUS, outcome: 'rejected', reason: 'has_credentials' });

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
