import { type Awaitable, isPromise } from '../awaitable.js';
import type { Step } from '../plan/plan.js';
import type { Principal } from '../principal.js';
import { rejected } from '../strategies/strategy.js';
import type { Enriched } from './enriched-callers.js';
import { StepFailure } from './step-failure.js';
import { failed } from './thrown-by.js';

const REFUSED = rejected('refused_by_enricher');

/** The caller with what the application adds. `enrich` is the application's code: a caller that it refuses is rejected, an error is an outage. */
export function enriched(step: Step, enrich: () => Awaitable<Enriched>): Awaitable<Principal | StepFailure> {
  const conclude = (caller: Enriched) => caller ?? new StepFailure(step, 'rejected', REFUSED.reason, undefined, REFUSED);
  try {
    const caller = enrich();
    return isPromise(caller) ? Promise.resolve(caller).then(conclude, (error) => failed(step, error, 'enricher')) : conclude(caller);
  } catch (error) {
    return failed(step, error, 'enricher');
  }
}
