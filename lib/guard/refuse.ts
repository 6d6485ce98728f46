import { type Challenge, formatChallenge } from '../http/challenge.js';
import type { Step } from '../plan/plan.js';
import {
  AccessDeniedException,
  AuthUnavailableException,
  type RefusalException,
  TooManyAttemptsException,
  UnauthenticatedException,
} from './exceptions.js';
import type { StepFailure } from './step-failure.js';
import { withoutStack } from './without-stack.js';

/** How long a client should wait for something that was unavailable, in seconds, when nothing better is known. */
export const DEFAULT_RETRY_AFTER = 5;

/**
 * What to answer when no step admitted the caller: 403 if one knew it, else 503 if one could not find out,
 * else 429 if one has had enough of it, else 401.
 */
export function refuse(failures: readonly StepFailure[], challenges: readonly Challenge[]): RefusalException {
  return withoutStack(() => exceptionFor(failures, challenges));
}

/** The refusal of a call before the boot has finished, or after it was stopped. */
export function bootNotFinished(): RefusalException {
  return withoutStack(() => new AuthUnavailableException(retryAfterHeader([undefined])));
}

/**
 * The header field that says when to come back: after the shortest of `waits`, in seconds; one that is not known is the default.
 *
 * @see RFC 9110 §10.2.3
 */
export function retryAfterHeader(waits: readonly (number | undefined)[]): Record<string, string> {
  const shortest = Math.min(...waits.map((wait = DEFAULT_RETRY_AFTER) => wait));
  return { 'Retry-After': String(Math.ceil(shortest)) };
}

/** The refusals of requests in which no credentials were. */
const withoutCredentials = new WeakSet<object>();

/** Whether what was thrown is a refusal of this module, because no step found credentials. */
export function foundNoCredentials(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && withoutCredentials.has(thrown);
}

function exceptionFor(failures: readonly StepFailure[], challenges: readonly Challenge[]): RefusalException {
  const forbidden = failures.filter(({ outcome }) => outcome === 'forbidden');
  if (forbidden.length > 0) return new AccessDeniedException(authenticateHeader(insufficientScope(forbidden, challenges)));
  const unavailable = failures.filter(({ outcome }) => outcome === 'unavailable');
  if (unavailable.length > 0) return new AuthUnavailableException(retryAfterHeader(waitsOf(unavailable)));
  const limited = failures.filter(({ details }) => details.retryAfter !== undefined);
  if (limited.length > 0) return new TooManyAttemptsException(retryAfterHeader(waitsOf(limited)));
  const refusal = new UnauthenticatedException(authenticateHeader(challenges.map((challenge) => withError(challenge, failures))));
  if (failures.every(({ outcome }) => outcome === 'absent')) withoutCredentials.add(refusal);
  return refusal;
}

/** A client that sent no token learns no error code; one that sent a bad token learns that it was bad. @see RFC 6750 §3.1 */
function withError(challenge: Challenge, failures: readonly StepFailure[]): Challenge {
  const wasBad = isBearer(challenge) && failures.some(({ outcome, step }) => outcome === 'rejected' && isBearerStep(step));
  return wasBad ? { ...challenge, params: { ...challenge.params, error: 'invalid_token' } } : challenge;
}

/** @see RFC 6750 §3 */
function insufficientScope(forbidden: readonly StepFailure[], challenges: readonly Challenge[]): Challenge[] {
  const challenge = challenges.find(isBearer);
  const failure = forbidden.find(({ step }) => isBearerStep(step));
  if (challenge === undefined || failure === undefined) return [];
  const { scopes } = failure.step.requirements;
  // Only where a scope is what is missing: a client would ask in vain for one that its token has already.
  const scope = scopes === undefined || failure.reason !== 'insufficient_scope' ? {} : { scope: scopes.names.join(' ') };
  return [{ ...challenge, params: { ...challenge.params, error: 'insufficient_scope', ...scope } }];
}

function isBearer({ scheme }: Challenge): boolean {
  return scheme.toLowerCase() === 'bearer';
}

function isBearerStep(step: Step): boolean {
  return step.kind === 'single' ? step.authenticator.challenges.some(isBearer) : step.steps.some(isBearerStep);
}

function authenticateHeader(challenges: readonly Challenge[]): Record<string, readonly string[]> {
  return challenges.length === 0 ? {} : { 'WWW-Authenticate': challenges.map(formatChallenge) };
}

function waitsOf(failures: readonly StepFailure[]): (number | undefined)[] {
  return failures.map(({ details }) => details.retryAfter);
}
