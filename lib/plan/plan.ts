import type { Authorizer } from '../guard/authorizer.js';
import type { Challenge } from '../http/challenge.js';
import type { Authenticator } from '../strategies/strategy.js';
import type { PlanSource } from './merge.js';
import type { ParsedRequirements } from './requirements.js';

/** What a step requires of a caller, with the authorizers' instances. */
export interface StepRequirements extends Omit<ParsedRequirements, 'authorizers'> {
  readonly authorizers: readonly Authorizer[];
}

/** One way in: a prepared authenticator. */
export interface SingleStep {
  readonly kind: 'single';
  /** The scheme's name, for the log. */
  readonly name: string;
  readonly authenticator: Authenticator;
  readonly requirements: StepRequirements;
}

/** Several steps that must all accept. */
export interface CombinedStep {
  readonly kind: 'combined';
  /** The names of its steps, for the log. */
  readonly name: string;
  readonly steps: readonly Step[];
  readonly requirements: StepRequirements;
}

/** One way in. */
export type Step = SingleStep | CombinedStep;

/** Everybody may come in. */
export interface OpenPlan {
  readonly kind: 'open';
  readonly source: PlanSource | 'unannotated';
}

/** Nobody may come in: the route is not covered, and `unannotated` is `'deny'`. */
export interface DeniedPlan {
  readonly kind: 'denied';
  readonly source: 'unannotated';
}

/** The caller must pass one of the steps. */
export interface ProtectedPlan {
  readonly kind: 'protected';
  readonly source: PlanSource | 'imperative';
  /** The ways in, in the order in which they are asked. */
  readonly steps: readonly [Step, ...Step[]];
  /** What a 401 tells the client to send: one challenge per scheme. */
  readonly challenges: readonly Challenge[];
}

/** What one route demands, worked out at boot. */
export type Plan = OpenPlan | DeniedPlan | ProtectedPlan;
