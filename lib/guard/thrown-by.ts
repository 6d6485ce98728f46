import { propertyOf } from '../errors.js';
import type { Step } from '../plan/plan.js';
import { httpExceptionOf } from './exceptions.js';
import { absenceIn, DEFAULT_RETRY_AFTER } from './refuse.js';
import { StepFailure } from './step-failure.js';

/** The code of a denial by an exception that a strategy threw. */
const BY_EXCEPTION = 'refused_by_exception';

/**
 * The outcome of a step whose strategy threw. An exception of Nest with a status of the caller's (4xx) is a decision: rejected,
 * forbidden, or too many attempts. Everything else means that the strategy was unavailable.
 */
export function thrownBy(step: Step, thrown: unknown): StepFailure {
  const exception = httpExceptionOf(thrown);
  const status = exception?.getStatus() ?? 500;
  if (status < 400 || status >= 500) return unavailable(step, thrown);
  if (status === 403) return new StepFailure(step, 'forbidden', BY_EXCEPTION);
  if (status === 429) return new StepFailure(step, 'rejected', BY_EXCEPTION, { retryAfter: waitOf(thrown) ?? DEFAULT_RETRY_AFTER });
  const absence = absenceIn(thrown);
  if (absence === undefined) return new StepFailure(step, 'rejected', BY_EXCEPTION);
  return new StepFailure(step, 'absent', 'no_credentials', { hasOthers: absence === 'others' });
}

/** Who answered with an exception of its own. */
export type Answerer = 'authorizer' | 'enricher';

const answerers = new WeakMap<object, Answerer>();

/**
 * The outcome where an authorizer or an enricher threw.
 *
 * @throws HttpException where it is an answer of its own, as a guard may give: 404 to hide that there is something.
 */
export function failed(step: Step, error: unknown, by: Answerer): StepFailure {
  const answer = httpExceptionOf(error);
  if (answer === undefined) return unavailable(step, error);
  answerers.set(answer, by);
  throw answer;
}

/** Who answered with an exception. */
export function answererOf(answer: object): Answerer {
  return answerers.get(answer) ?? 'authorizer';
}

/** A step that was unavailable, with the time to wait where the cause has one. */
export function unavailable(step: Step, cause: unknown): StepFailure {
  return new StepFailure(step, 'unavailable', 'could_not_find_out', { cause, retryAfter: waitOf(cause) });
}

/** The seconds to wait that a verdict or an error has. */
export function retryAfterOf(hinting: unknown): number | undefined {
  return seconds(propertyOf(hinting, 'retryAfter'));
}

/** A refusal of `AuthService` has them in its header fields. */
function waitOf(thrown: unknown): number | undefined {
  return retryAfterOf(thrown) ?? seconds(Number(propertyOf(propertyOf(thrown, 'headers'), 'Retry-After')));
}

function seconds(hint: unknown): number | undefined {
  return Number.isFinite(hint) && (hint as number) > 0 ? (hint as number) : undefined;
}
