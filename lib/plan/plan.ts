import type { Authorizer } from '../authorizer.js';
import type { Challenge } from '../http/challenge.js';
import type { Demand } from '../requirements/requirement.js';
import type { Authenticator } from '../strategies/strategy.js';
import type { PlanSource } from './merge.js';

/** A custom rule with the arguments that a declaration gives it. */
export interface PreparedAuthorizer {
  readonly authorizer: Authorizer<unknown>;
  readonly args: unknown;
}

/** What a step requires of a caller. */
export interface StepRequirements {
  readonly demands: readonly Demand[];
  /** The custom rules of the demands, asked when all demands are met. */
  readonly authorizers: readonly PreparedAuthorizer[];
  /** Why every caller is refused, with any credentials: a stable code. */
  readonly forbidden?: string;
}

/** One way to authenticate: a prepared authenticator. */
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

/** One way to authenticate. */
export type Step = SingleStep | CombinedStep;

/** The authenticators that must accept the caller of a step. */
export function authenticatorsOf(
  step: Pick<SingleStep, 'kind' | 'authenticator'> | Pick<CombinedStep, 'kind' | 'steps'>,
): readonly Authenticator[] {
  return step.kind === 'single' ? [step.authenticator] : step.steps.flatMap(authenticatorsOf);
}

/** Where a plan is declared, for the policy; `operation` for a field that is covered by the operation that reaches it. */
export type PlanOrigin = PlanSource | `rule ${number}` | 'default access' | 'unannotated' | 'imperative' | 'operation';

/** Every caller is admitted. */
export interface OpenPlan {
  readonly kind: 'open';
  readonly source: PlanOrigin;
}

/** Every caller is refused, with any credentials. */
export interface DeniedPlan {
  readonly kind: 'denied';
  readonly source: PlanOrigin;
}

/** The caller must pass one of the steps. */
export interface ProtectedPlan {
  readonly kind: 'protected';
  readonly source: PlanOrigin;
  /** The ways to authenticate, in the order in which they are tried. */
  readonly steps: readonly [Step, ...Step[]];
  /** What a 401 tells the client to send: one challenge per scheme. */
  readonly challenges: readonly Challenge[];
  /** Whether a request without credentials is admitted when every step has been asked; left out where it is not. */
  readonly admitsAnonymous?: true;
}

/** What a request must satisfy. */
export type ConcretePlan = OpenPlan | DeniedPlan | ProtectedPlan;

/** The request's path and method choose the plan, by the access rules. */
export interface ByPathPlan {
  readonly kind: 'by-path';
}

/** The requirements of one route, compiled at boot. */
export type Plan = ConcretePlan | ByPathPlan;

/** The plans of access rules. */
export interface PathPlans {
  /** The plan of every rule, and the one where no rule matches. */
  readonly all: readonly ConcretePlan[];
  /** The plan for a request: `path` is decoded and canonical. */
  planFor(method: string, path: string): ConcretePlan;
  /** Whether the case of the path's letters matters to the decision. */
  dependsOnCase(method: string, path: string): boolean;
  /**
   * The plans for the paths that a route's pattern leads to, for the reader of a policy: first the one that decides usually, then those
   * that decide for some values of its parameters.
   */
  plansFor(method: string, pattern: string): readonly [ConcretePlan, ...ConcretePlan[]];
}
