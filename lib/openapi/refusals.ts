import { forbiddenHeaders, unauthenticatedHeaders } from '../guard/challenge-headers.js';
import type { AnswerHeaders } from '../guard/exceptions.js';
import { DEFAULT_RETRY_AFTER } from '../guard/refuse.js';
import { StepFailure } from '../guard/step-failure.js';
import { isSafeMethod } from '../http/route-methods.js';
import { authenticatorsOf, type ConcretePlan, type ProtectedPlan, type Step } from '../plan/plan.js';
import { decisionInWords } from '../plan/policy-words.js';
import type { ResponseBody } from '../resolved-options.js';
import type { Authenticator } from '../strategies/strategy.js';
import type { OperationAccess } from './access.js';

/** A response of OpenAPI. */
export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, object>>;
  readonly content?: object;
}

/** What is refused, and how the answer is written. */
export interface Refused {
  readonly plans: readonly ConcretePlan[];
  /** The method of the operation. */
  readonly method: string;
  readonly access: OperationAccess;
  readonly responseBody: ResponseBody;
}

/** The answers to callers that the guard refuses, by status: those that the plans of an operation can lead to. */
export function refusalsOf({ plans, method, access, responseBody }: Refused): Record<string, Response> {
  const guarded = plans.filter((plan) => plan.kind === 'protected');
  const content = contentOf(responseBody);
  const answer = (description: string, headers: Readonly<Record<string, object>>): Response => ({
    description,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...content,
  });
  const isForbidden = plans.some((plan) => plan.kind === 'denied') || guarded.some((plan) => canForbid(plan, method));
  const isLimited = guarded.some((plan) => plan.steps.flatMap(authenticatorsOf).some(isByPassword));
  return {
    ...(guarded.length > 0 && { '401': answer(unauthenticatedInWords(guarded), challengesOf(guarded)) }),
    ...(isForbidden && { '403': answer(forbiddenInWords(access), requiredOf(guarded)) }),
    ...(isLimited && { '429': answer('Too many failed logins.', RETRY_AFTER) }),
    ...(guarded.length > 0 && { '503': answer('The credentials could not be verified at the moment.', RETRY_AFTER) }),
  };
}

/** Adds answers to those of an operation. What is documented stays as it is, but for header fields that are missing there. */
export function withRefusals(documented: Readonly<Record<string, unknown>>, refusals: Readonly<Record<string, Response>>) {
  const responses: Record<string, unknown> = { ...documented };
  for (const [status, refusal] of Object.entries(refusals)) {
    const known = documented[status] as (Partial<Response> & { readonly $ref?: string }) | undefined;
    if (known === undefined) responses[status] = refusal;
    else if (known.$ref === undefined && refusal.headers !== undefined)
      responses[status] = { ...known, headers: { ...refusal.headers, ...known.headers } };
  }
  return responses;
}

const RETRY_AFTER = {
  'Retry-After': {
    description: 'The seconds after which to try again.',
    schema: { type: 'integer', minimum: 0 },
    example: DEFAULT_RETRY_AFTER,
  },
} as const;

function challengesOf(plans: readonly ProtectedPlan[]): Record<string, object> {
  const headers = plans.flatMap(({ steps, challenges }) => [
    unauthenticatedHeaders([], challenges),
    ...steps.flatMap((step) => failuresOf(step, 'step-up')).map((failure) => unauthenticatedHeaders([failure], challenges, 'step-up')),
  ]);
  return authenticateHeader('What the client must send.', headers);
}

/** What the guard would answer to a caller that meets none of the demands. */
function requiredOf(plans: readonly ProtectedPlan[]): Record<string, object> {
  const headers = plans.map(({ steps, challenges }) =>
    forbiddenHeaders(
      steps.flatMap((step) => failuresOf(step, 'forbidden')),
      challenges,
    ),
  );
  return authenticateHeader('What the credentials lack.', headers);
}

/** A failure for each demand that is answered in this way. */
function failuresOf(step: Step, outcome: 'forbidden' | 'step-up'): StepFailure[] {
  const failures = step.requirements.demands
    .filter(({ stepUp }) => (stepUp === true) === (outcome === 'step-up'))
    .map(({ challenge }) => new StepFailure(step, outcome, 'insufficient_scope', { challenge }));
  return step.kind === 'single' ? failures : [...failures, ...step.steps.flatMap((each) => failuresOf(each, outcome))];
}

function authenticateHeader(description: string, headers: readonly AnswerHeaders[]): Record<string, object> {
  const values = [...new Set(headers.flatMap((each) => each['WWW-Authenticate'] ?? []))];
  if (values.length === 0) return {};
  return { 'WWW-Authenticate': { description, schema: { type: 'string' }, example: values.join(', ') } };
}

/** Where nothing is required, a caller that is known is admitted. A cookie of another site is refused with 403, too. */
function canForbid({ steps }: ProtectedPlan, method: string): boolean {
  return steps.some((step) => requiresSomething(step) || (!isSafeMethod(method) && authenticatorsOf(step).some(isByCookie)));
}

function requiresSomething(step: Step): boolean {
  const { demands, forbidden } = step.requirements;
  return (
    demands.some(({ stepUp }) => stepUp !== true) ||
    forbidden !== undefined ||
    (step.kind === 'combined' && step.steps.some(requiresSomething))
  );
}

function isByCookie({ credentials = [] }: Authenticator): boolean {
  return credentials.some(({ kind }) => kind === 'cookie');
}

/** Failed logins are limited where passwords could be guessed. */
function isByPassword({ challenges }: Authenticator): boolean {
  return challenges.some(({ scheme }) => scheme.toLowerCase() === 'basic');
}

function unauthenticatedInWords(plans: readonly ProtectedPlan[]): string {
  const asksAgain = plans.some(({ steps }) => steps.some((step) => failuresOf(step, 'step-up').length > 0));
  return `The request has no credentials, or they are not valid${asksAgain ? ', or the user must authenticate again' : ''}.`;
}

function forbiddenInWords(access: OperationAccess): string {
  if (access.access === 'denied') return 'Every caller is refused.';
  return `The caller is known, but may not do this. Admitted: ${[access, ...(access.exceptions ?? [])].map(decisionInWords).join('; or ')}.`;
}

/** The bodies of refusals, in the form of the option `responseBody`. */
function contentOf(form: ResponseBody): { readonly content?: object } {
  if (form === 'empty') return {};
  const [type, properties] =
    form === 'problem'
      ? (['application/problem+json', { type: TEXT, title: TEXT, status: STATUS }] as const)
      : (['application/json', { message: TEXT, statusCode: STATUS }] as const);
  return { content: { [type]: { schema: { type: 'object', properties, required: Object.keys(properties) } } } };
}

const TEXT = { type: 'string' } as const;
const STATUS = { type: 'integer' } as const;
