import type { AuthRequest } from '../http/auth-request.js';
import { hasAuthorization } from '../http/authorization.js';
import type { Challenge } from '../http/challenge.js';
import { forbiddenHeaders, unauthenticatedHeaders } from './challenge-headers.js';
import {
  AccessDeniedException,
  AmbiguousCredentialsException,
  AuthUnavailableException,
  type RefusalException,
  TooManyAttemptsException,
  UnauthenticatedException,
} from './exceptions.js';
import { foundNothing, type StepFailure } from './step-failure.js';
import { withoutStack } from './without-stack.js';

/** The seconds after which a client should try again when something was unavailable and gave no time. */
export const DEFAULT_RETRY_AFTER = 5;

/**
 * The refusal when no step admitted the caller: 400 if a step found ambiguous credentials, else 401 if a step
 * asks its caller to authenticate again, else 403 if a step accepted it or refused it for
 * where it came from, else 503 if a step was unavailable, else 429 if a step reported too many attempts, else 401.
 *
 * @param request - the request, where there is one: it may have credentials that no step looked for.
 */
export function refusalFor(failures: readonly StepFailure[], challenges: readonly Challenge[], request?: AuthRequest): RefusalException {
  const refusal = withoutStack(() => exceptionFor(failures, challenges));
  if (refusal instanceof UnauthenticatedException && failures.every(({ outcome }) => outcome === 'absent')) {
    const hasOthers = !foundNothing(failures) || (request !== undefined && hasAuthorization(request));
    withoutCredentials.set(refusal, hasOthers ? 'others' : 'none');
  }
  return refusal;
}

/** The refusal of a call that cannot be decided about, as before the boot has finished. */
export function cannotDecide(): RefusalException {
  return withoutStack(() => new AuthUnavailableException(retryAfterHeader([undefined])));
}

/**
 * The header field with the time to wait: the shortest of `waits`, in seconds; the default stands for a wait that is not known.
 *
 * @see RFC 9110 §10.2.3
 */
export function retryAfterHeader(waits: readonly (number | undefined)[]): Record<string, string> {
  const shortest = Math.min(...waits.map((wait = DEFAULT_RETRY_AFTER) => wait));
  return { 'Retry-After': String(Math.ceil(shortest)) };
}

/** The refusals of requests in which no step found credentials, and whether there are others. */
const withoutCredentials = new WeakMap<object, 'none' | 'others'>();

/**
 * For a refusal of this module in which no step found credentials: `none`, or `others` where the request has credentials that no step
 * looked for. Undefined for everything else.
 */
export function absenceIn(thrown: unknown): 'none' | 'others' | undefined {
  // For a value that is no object, too: there is nothing for it.
  return withoutCredentials.get(thrown as object);
}

function exceptionFor(failures: readonly StepFailure[], challenges: readonly Challenge[]): RefusalException {
  if (failures.some(({ verdict }) => verdict?.status === 400)) return new AmbiguousCredentialsException();
  // Before the 403 of another entry, which would hide how the client gets in.
  if (failures.some(({ outcome }) => outcome === 'step-up'))
    return new UnauthenticatedException(unauthenticatedHeaders(failures, challenges, 'step-up'));
  const forbidden = failures.filter(({ outcome }) => outcome === 'forbidden');
  if (forbidden.length > 0) return new AccessDeniedException(forbiddenHeaders(forbidden, challenges));
  const unavailable = failures.filter(({ outcome }) => outcome === 'unavailable');
  if (unavailable.length > 0) return new AuthUnavailableException(retryAfterHeader(waitsOf(unavailable)));
  const limited = failures.filter(({ details }) => details.retryAfter !== undefined);
  if (limited.length > 0) return new TooManyAttemptsException(retryAfterHeader(waitsOf(limited)));
  return new UnauthenticatedException(unauthenticatedHeaders(failures, challenges));
}

function waitsOf(failures: readonly StepFailure[]): (number | undefined)[] {
  return failures.map(({ details }) => details.retryAfter);
}
