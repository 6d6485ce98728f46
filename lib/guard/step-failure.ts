import type { Step } from '../plan/plan.js';
import type { Principal } from '../principal.js';
import type { Rejected } from '../strategies/strategy.js';

const NO_DETAILS = Object.freeze({});

/** Why one step of a plan did not admit the caller. */
export class StepFailure {
  constructor(
    readonly step: Step,
    readonly outcome: 'absent' | 'rejected' | 'forbidden' | 'unavailable',
    /** A stable code for the log and the event. */
    readonly reason: string,
    readonly details: {
      /** The caller, where it is known but may not do this. */
      readonly principal?: Principal;
      /** What the challenge of a bearer scheme says of the demand that is not met. */
      readonly challenge?: Readonly<Record<string, string>> | undefined;
      /** Seconds after which it is worth trying again. */
      readonly retryAfter?: number | undefined;
      /** What made it impossible to find out. */
      readonly cause?: unknown;
    } = NO_DETAILS,
    /** What the strategy returned, where it rejected the credentials. */
    readonly verdict?: Rejected,
  ) {}
}
