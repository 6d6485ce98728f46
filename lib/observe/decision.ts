import type { DenialEvent, StepReport } from '../auth-event.js';

/** What was decided on a request, in words of which there are few: they become attributes of metrics. */
export interface Decision {
  /** The scheme that decided; `none` if it did not come to one. */
  readonly scheme: string;
  /** The outcome of the request. `error` is a defect: there was no decision. */
  readonly outcome: 'accepted' | StepReport['outcome'] | 'error';
  /** The stable code of a refusal. */
  readonly reason?: string;
}

/** In the order in which the answer is chosen: a step that asks to authenticate again first, a step without credentials last. */
const PRECEDENCE: readonly StepReport['outcome'][] = ['step-up', 'forbidden', 'unavailable', 'rejected', 'absent'];

/** The step of a denial that decided it. */
export function decisionOf({ steps, code }: DenialEvent): Decision {
  for (const outcome of PRECEDENCE) {
    const step = steps.find((each) => each.outcome === outcome);
    if (step !== undefined) return { scheme: step.scheme, outcome, reason: step.reason };
  }
  return { scheme: 'none', outcome: 'rejected', reason: code.replace('ERR_AUTH_', '').toLowerCase() };
}
