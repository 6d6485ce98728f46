import type { StepReport } from '../auth-event.js';
import { propertyOf, resultOf, textOf } from '../errors.js';
import type { ProtectedPlan, Step } from '../plan/plan.js';
import type { Principal } from '../principal.js';
import type { Rejected } from '../strategies/strategy.js';

const NO_DETAILS = Object.freeze({});

/** Why one step of a plan did not admit the caller. */
export class StepFailure {
  constructor(
    readonly step: Step,
    readonly outcome: StepReport['outcome'],
    /** A stable code for the log and the event. */
    readonly reason: string,
    readonly details: {
      /** The caller, where it is known but may not do this. */
      readonly principal?: Principal;
      /** What the challenge of a bearer scheme says of the demand that is not met. */
      readonly challenge?: Readonly<Record<string, string>> | undefined;
      /** Seconds after which it is worth trying again. */
      readonly retryAfter?: number | undefined;
      /** The error that prevented a decision. */
      readonly cause?: unknown;
      /** Whether the request has other credentials than those that the step lacks, such as the certificate where the token is missing. */
      readonly hasOthers?: boolean;
    } = NO_DETAILS,
    /** What the strategy returned, where it rejected the credentials. */
    readonly verdict?: Rejected,
  ) {}
}

/** What was expected and what was received, for every log; undefined if the strategy does not report it. */
export function detailOf(verdict: Rejected | undefined): string | undefined {
  return wordsOf(verdict, 'detail');
}

/** The same for an explanation, which may show more. */
export function explanationOf(verdict: Rejected | undefined): string | undefined {
  return wordsOf(verdict, 'explanation') ?? wordsOf(verdict, 'detail');
}

/** A strategy written in JavaScript may have anything there, and a text that cannot be read must not change the answer. */
function wordsOf(verdict: Rejected | undefined, member: 'detail' | 'explanation'): string | undefined {
  const words = propertyOf(verdict, member);
  return typeof words === 'function' ? resultOf(() => textOf(words.call(verdict))) : undefined;
}

/** Whether no step found credentials, and none of them knows of others in the request. */
export function foundNothing(failures: readonly StepFailure[]): boolean {
  return failures.every(({ outcome, details }) => outcome === 'absent' && details.hasOthers !== true);
}

/** The outcome where the application closes before there is a decision. */
export function undecided({ steps }: ProtectedPlan): readonly StepFailure[] {
  return [new StepFailure(steps[0], 'unavailable', 'application_closing', { retryAfter: 1 })];
}
