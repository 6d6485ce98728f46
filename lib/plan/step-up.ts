import { fieldError } from '../errors.js';
import type { Demand } from '../requirements/requirement.js';
import { canStepUp } from '../strategies/mechanism.js';
import { authenticatorsOf, type Step } from './plan.js';
import type { StepOf } from './ways.js';

/**
 * Checks that requirements that are met by authenticating again stand where a caller can do it.
 *
 * @throws AuthConfigurationError if none of `steps` can tell its caller to authenticate again, as with Basic or certificates alone.
 */
export function checkStepUp(demands: readonly Demand[], steps: readonly StepOf[], path: string): void {
  const demand = demands.find(({ stepUp }) => stepUp === true);
  if (demand === undefined || steps.some(stepsUp)) return;
  const names = [...new Set(steps.map(({ name }) => name))].join(', ');
  throw fieldError(
    `${path}.${demand.field}`,
    `cannot be required of callers of ${names}: these credentials do not say how and when a user authenticated, and have no challenge to authenticate again. Use a scheme with bearer tokens, or remove the requirement.`,
  );
}

/** The step, in which only the demands ask the caller to authenticate again that can do so: it is forbidden to others. */
export function withPossibleStepUp(step: Step): Step {
  const own = stepsUp(step) ? step : { ...step, requirements: { ...step.requirements, demands: step.requirements.demands.map(final) } };
  return own.kind === 'single' ? own : { ...own, steps: own.steps.map(withPossibleStepUp) };
}

function final(demand: Demand): Demand {
  const { stepUp: _stepUp, ...rest } = demand;
  return rest;
}

function stepsUp(step: StepOf): boolean {
  return authenticatorsOf(step).some(canStepUp);
}
