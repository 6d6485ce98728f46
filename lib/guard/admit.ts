import { type Awaitable, isPromise } from '../awaitable.js';
import type { ProtectedPlan, Step } from '../plan/plan.js';
import type { Principal } from '../principal.js';
import { type Attempt, ask, type StepOutcome } from './ask.js';
import { StepFailure } from './step-failure.js';

/** Tries the steps of a plan in order: the first that accepts the caller and whose requirements are met admits it. */
export function admit({ steps }: ProtectedPlan, attempt: Attempt): Awaitable<Principal | readonly StepFailure[]> {
  return admitFrom(0, steps, attempt, []);
}

/** A loop without closures or promises unless a step is asynchronous, because every request runs it. */
function admitFrom(
  first: number,
  steps: readonly Step[],
  attempt: Attempt,
  failures: StepFailure[],
): Awaitable<Principal | readonly StepFailure[]> {
  for (let index = first; index < steps.length; index++) {
    const outcome = ask(steps[index] as Step, attempt);
    if (isPromise(outcome)) return goOn(outcome, index + 1, steps, attempt, failures);
    if (!(outcome instanceof StepFailure)) return outcome;
    failures.push(outcome);
  }
  return failures;
}

async function goOn(
  pending: PromiseLike<StepOutcome>,
  next: number,
  steps: readonly Step[],
  attempt: Attempt,
  failures: readonly StepFailure[],
): Promise<Principal | readonly StepFailure[]> {
  const outcome = await pending;
  return outcome instanceof StepFailure ? admitFrom(next, steps, attempt, [...failures, outcome]) : outcome;
}
