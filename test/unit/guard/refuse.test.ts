import { refusalFor } from '../../../lib/guard/refuse.js';
import { StepFailure } from '../../../lib/guard/step-failure.js';
import { distinctChallenges } from '../../../lib/http/challenge.js';
import type { Step } from '../../../lib/plan/plan.js';
import { absent, combined, needs, single } from './steps.js';

const bearer = single(absent, needs('read', 'write'), 'Bearer');
const basic = single(absent, {}, 'Basic');
const machine = single(absent, needs('tls'), 'ClientCertificate');

const absentOf = (step: Step) => new StepFailure(step, 'absent', 'no_credentials');
const rejectedOf = (step: Step, retryAfter?: number) => new StepFailure(step, 'rejected', 'expired', { retryAfter });
const forbiddenOf = (step: Step) =>
  new StepFailure(step, 'forbidden', 'insufficient_scope', { challenge: step.requirements.demands[0]?.challenge });
const stepUpOf = (step: Step) =>
  new StepFailure(step, 'step-up', 'insufficient_authentication_context', { challenge: { acr_values: 'mfa' } });
const ambiguous = { outcome: 'rejected', reason: 'ambiguous_credentials', status: 400 } as const;
const ambiguousOf = (step: Step) => new StepFailure(step, 'rejected', ambiguous.reason, undefined, ambiguous);
const crossSiteOf = (step: Step) => new StepFailure(step, 'forbidden', 'cross_site_request');
const downOf = (step: Step, retryAfter?: number) => new StepFailure(step, 'unavailable', 'could_not_find_out', { retryAfter });

function answerTo(...failures: StepFailure[]) {
  const steps = failures.flatMap(({ step }) => (step.kind === 'single' ? [step] : step.steps.filter((each) => each.kind === 'single')));
  const challenges = distinctChallenges(steps.flatMap(({ authenticator }) => authenticator.challenges));
  const refusal = refusalFor(failures, challenges);
  return [refusal.getStatus(), refusal.headers];
}

describe('what a refusal answers', () => {
  it.each<[string, StepFailure[], unknown]>([
    [
      'one challenge for each scheme',
      [absentOf(bearer), absentOf(basic), absentOf(bearer)],
      [401, { 'WWW-Authenticate': ['Bearer', 'Basic'] }],
    ],
    ['no error code where no token came', [absentOf(bearer), rejectedOf(basic)], [401, { 'WWW-Authenticate': ['Bearer', 'Basic'] }]],
    [
      'invalid_token where a bad one came',
      [rejectedOf(bearer), absentOf(basic)],
      [401, { 'WWW-Authenticate': ['Bearer error="invalid_token"', 'Basic'] }],
    ],
    ['400 where credentials are ambiguous, whatever else', [forbiddenOf(bearer), ambiguousOf(bearer), downOf(basic)], [400, {}]],
    ['403 for a request from another site, and no challenge', [crossSiteOf(single(absent)), absentOf(basic)], [403, {}]],
    [
      'insufficient_scope and the scopes that would do',
      [absentOf(basic), forbiddenOf(bearer)],
      [403, { 'WWW-Authenticate': ['Bearer error="insufficient_scope", scope="read write"'] }],
    ],
    [
      'insufficient_scope without scopes where something else is missing',
      [new StepFailure(bearer, 'forbidden', 'refused_by_authorizer')],
      [403, { 'WWW-Authenticate': ['Bearer error="insufficient_scope"'] }],
    ],
    ['nothing to a known caller of a scheme without such a code', [forbiddenOf(basic), absentOf(bearer)], [403, {}]],
    [
      'insufficient_scope to a token, even if a certificate was forbidden first',
      [forbiddenOf(machine), forbiddenOf(bearer)],
      [403, { 'WWW-Authenticate': ['Bearer error="insufficient_scope", scope="read write"'] }],
    ],
    ['403 before 503, 429 and 401', [downOf(basic), rejectedOf(basic, 9), absentOf(basic), forbiddenOf(basic)], [403, {}]],
    [
      'a step-up before 403, 503, 429 and 401, with every challenge',
      [rejectedOf(bearer), forbiddenOf(bearer), downOf(basic), rejectedOf(basic, 9), stepUpOf(bearer)],
      [401, { 'WWW-Authenticate': ['Bearer error="insufficient_user_authentication", acr_values="mfa"', 'Basic'] }],
    ],
    ['400 before a step-up', [stepUpOf(bearer), ambiguousOf(bearer)], [400, {}]],
    ['503 before 429 and 401', [absentOf(basic), rejectedOf(basic, 9), downOf(basic, 7)], [503, { 'Retry-After': '7' }]],
    ['429 before 401', [absentOf(bearer), rejectedOf(basic, 8.2)], [429, { 'Retry-After': '9' }]],
    ['the shortest wait, in whole seconds', [downOf(basic, 9), downOf(bearer, 6.1), downOf(basic, 8)], [503, { 'Retry-After': '7' }]],
    ['five seconds where nobody knows better', [downOf(basic)], [503, { 'Retry-After': '5' }]],
    [
      'every member of an allOf as a challenge',
      [absentOf(combined([machine, bearer]))],
      [401, { 'WWW-Authenticate': ['ClientCertificate', 'Bearer'] }],
    ],
  ])('%s', (_, failures, expected) => {
    expect(answerTo(...failures)).toEqual(expected);
  });

  it.each([
    ['absent', absentOf(basic)],
    ['rejected', rejectedOf(bearer)],
  ])('has no WWW-Authenticate where there is no challenge: %s', (_, failure) => {
    expect(refusalFor([failure], []).headers).toEqual({});
    expect(refusalFor([failure], [{ scheme: 'Basic' }]).headers).toEqual({ 'WWW-Authenticate': ['Basic'] });
  });

  it('has a stable code and Nest’s own body', () => {
    expect(refusalFor([absentOf(basic)], [])).toMatchObject({ code: 'ERR_AUTH_UNAUTHENTICATED', message: 'Unauthorized' });
    expect(refusalFor([forbiddenOf(basic)], [])).toMatchObject({ code: 'ERR_AUTH_FORBIDDEN', message: 'Forbidden' });
    expect(refusalFor([downOf(basic)], [])).toMatchObject({ code: 'ERR_AUTH_UNAVAILABLE', message: 'Service Unavailable' });
    expect(refusalFor([rejectedOf(basic, 1)], []).getResponse()).toEqual({ message: 'Too Many Requests', statusCode: 429 });
  });

  it('has no stack, and leaves the limit of stacks as it is', () => {
    const limit = Error.stackTraceLimit;
    expect(refusalFor([absentOf(basic)], []).stack).not.toMatch(/\n\s+at /);
    expect(Error.stackTraceLimit).toBe(limit);
    expect(new Error('x').stack).toMatch(/\n\s+at /);
  });

  it('is made where that limit cannot be changed, too', () => {
    const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') as PropertyDescriptor;
    Object.defineProperty(Error, 'stackTraceLimit', { ...limit, writable: false });
    try {
      expect(refusalFor([absentOf(basic)], []).getStatus()).toBe(401);
    } finally {
      Object.defineProperty(Error, 'stackTraceLimit', limit);
    }
  });
});
