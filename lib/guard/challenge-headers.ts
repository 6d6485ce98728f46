import { resultOf } from '../errors.js';
import { type Challenge, formatChallenge, isToken } from '../http/challenge.js';
import { isHeaderName, isHeaderValue } from '../http/header-field.js';
import { authenticatorsOf } from '../plan/plan.js';
import { mechanismOf } from '../strategies/mechanism.js';
import { type Authenticator, type ChallengeAnswer, rejected } from '../strategies/strategy.js';
import type { AnswerHeaders } from './exceptions.js';
import type { StepFailure } from './step-failure.js';

/** What one authenticator adds to an answer. */
interface Addition {
  /** In lower case. */
  readonly scheme: string;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The header fields of a 401: every challenge of the plan, with what the authenticators add that reported the outcome `answered`: that
 * rejected credentials, or that ask their caller to authenticate again.
 */
export function unauthenticatedHeaders(
  failures: readonly StepFailure[],
  challenges: readonly Challenge[],
  answered: 'rejected' | 'step-up' = 'rejected',
): AnswerHeaders {
  const additions = failures.filter(({ outcome }) => outcome === answered).flatMap(additionsFor);
  // Credentials are missing, or refused without a word of why.
  if (additions.length === 0) return authenticateHeader(challenges);
  const completed = challenges.map((challenge) => withParams(challenge, additions.find(isFor(challenge))));
  return Object.assign({}, ...additions.map(({ headers }) => headers), authenticateHeader(completed));
}

/** The header fields of a 403: the challenge of the first authenticator that has one for it. */
export function forbiddenHeaders(forbidden: readonly StepFailure[], challenges: readonly Challenge[]): AnswerHeaders {
  for (const addition of forbidden.flatMap(additionsFor)) {
    const challenge = challenges.find((each) => isFor(each)(addition));
    if (challenge !== undefined) return { ...addition.headers, ...authenticateHeader([withParams(withoutScope(challenge), addition)]) };
  }
  return {};
}

function additionsFor(failure: StepFailure): Addition[] {
  return authenticatorsOf(failure.step).flatMap((authenticator) => additionOf(authenticator, failure));
}

/** An authenticator of the application that fails at it, or returns something else, adds nothing to the answer. */
function additionOf(authenticator: Authenticator, failure: StepFailure): Addition[] {
  const { outcome, reason, verdict = rejected(reason), details } = failure;
  const mechanism = mechanismOf(authenticator);
  const { principal } = details;
  const answer = () => {
    if (outcome === 'rejected') return mechanism.onRejected?.(verdict);
    const denial = { reason, required: details.challenge ?? {}, ...(principal && { principal }) };
    return outcome === 'step-up' ? mechanism.onStepUp?.(denial) : mechanism.onForbidden?.(denial);
  };
  return resultOf(() => checked(answer())) ?? [];
}

/** A copy of an answer in which everything may stand in a header. */
function checked(answer: ChallengeAnswer | undefined): Addition[] {
  if (answer === undefined) return [];
  const { challenge, headers } = answer;
  const params = fieldsOf(challenge.params, (name, value) => isToken(name) && typeof value === 'string');
  return [{ scheme: challenge.scheme.toLowerCase(), params, headers: fieldsOf(headers, isHeaderField) }];
}

const NO_FIELDS: Addition['params'] = Object.freeze({});

/** Most answers have no header fields of their own: nothing is made for them. */
function fieldsOf(fields: Addition['params'] | null | undefined, isGood: (name: string, value: string) => boolean): Addition['params'] {
  if (fields === undefined || fields === null) return NO_FIELDS;
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => isGood(name, value)));
}

function isHeaderField(name: string, value: string): boolean {
  return isHeaderName(name) && isHeaderValue(value);
}

function isFor({ scheme }: Challenge): (addition: Addition) => boolean {
  return (addition) => addition.scheme === scheme.toLowerCase();
}

/** The scopes of a 403 are those that the caller lacks; a 401 names those that the handler needs. */
function withoutScope(challenge: Challenge): Challenge {
  if (challenge.params?.scope === undefined) return challenge;
  const { scope: _scope, ...params } = challenge.params;
  return { ...challenge, params };
}

function withParams(challenge: Challenge, addition: Addition | undefined): Challenge {
  return addition === undefined ? challenge : { ...challenge, params: { ...challenge.params, ...addition.params } };
}

function authenticateHeader(challenges: readonly Challenge[]): AnswerHeaders {
  return challenges.length === 0 ? {} : { 'WWW-Authenticate': challenges.map(formatChallenge) };
}
