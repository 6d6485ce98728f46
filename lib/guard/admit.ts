import type { ProtectedPlan, Step } from '../plan/plan.js';
import type { Principal } from '../principal.js';
import { type Attempt, ask } from './ask.js';
import { type Awaitable, inTurn, isPromise, whenSettled } from './in-turn.js';
import { StepFailure } from './step-failure.js';

/** Asks the steps of a plan in order: the first that knows the caller and finds its requirements met admits it. */
export function admit(plan: ProtectedPlan, attempt: Attempt): Awaitable<Principal | readonly StepFailure[]> {
  const first = ask(plan.steps[0], attempt);
  // The common case, kept free of closures and promises: the first step admits, from its cache.
  if (!isPromise(first) && !(first instanceof StepFailure)) return first;
  return askOn(plan, attempt, first);
}

function askOn(
  plan: ProtectedPlan,
  attempt: Attempt,
  first: Awaitable<Principal | StepFailure>,
): Awaitable<Principal | readonly StepFailure[]> {
  const failures: StepFailure[] = [];
  const note = (outcome: Principal | StepFailure): Principal | undefined => {
    if (!(outcome instanceof StepFailure)) return outcome;
    failures.push(outcome);
    return undefined;
  };
  const visit = (step: Step): Awaitable<Principal | undefined> => whenSettled(step === plan.steps[0] ? first : ask(step, attempt), note);
  return whenSettled(inTurn(plan.steps, visit), (principal) => principal ?? failures);
}
