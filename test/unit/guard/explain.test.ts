import { explainDenial, explainStep } from '../../../lib/guard/explain.js';
import { StepFailure } from '../../../lib/guard/step-failure.js';
import { absent, accepts, NOTHING, needs, single, somebody } from './steps.js';

describe('an explanation', () => {
  const step = single(accepts(), needs('a'));
  const claims = { acr: 'pwd', auth_time: 7 };
  it.each<[string, StepFailure, string]>([
    [
      'names what a scheme looks for',
      new StepFailure(step, 'absent', 'no_credentials'),
      'the request has no credentials for it. It looks for: Probe.',
    ],
    [
      'names nothing where a scheme has no challenge',
      new StepFailure({ ...step, authenticator: { challenges: [], authenticate: absent } }, 'absent', 'no_credentials'),
      'the request has no credentials for it.',
    ],
    ['gives no cause where there is none', new StepFailure(step, 'unavailable', 'closing'), 'the caller could not be determined.'],
    [
      'says of a 403 of the strategy itself that the credentials are refused',
      new StepFailure(step, 'forbidden', 'refused_by_exception'),
      'the credentials are refused (refused_by_exception).',
    ],
    [
      'gives the words of the strategy',
      new StepFailure(step, 'rejected', 'odd', undefined, {
        outcome: 'rejected',
        reason: 'odd',
        detail: () => 'short',
        explanation: () => 'long',
      }),
      'the credentials are refused (odd): long.',
    ],
    [
      'gives its short words where it has no others',
      new StepFailure(step, 'rejected', 'odd', undefined, { outcome: 'rejected', reason: 'odd', detail: () => 'short' }),
      'the credentials are refused (odd): short.',
    ],
    [
      'names what is required and held',
      new StepFailure(step, 'forbidden', 'insufficient_scope', { principal: somebody({ roles: ['r'] }) }),
      'the caller is "somebody", but lacks a scope. Required: any of the scopes ["a"]. Held: scopes [], permissions [], roles ["r"].',
    ],
    [
      'requires nothing where nothing is, and gives a reason without words as it is',
      new StepFailure({ ...step, requirements: NOTHING }, 'forbidden', 'odd', { principal: somebody() }),
      'the caller is "somebody", but odd. Held: scopes [], permissions [], roles [].',
    ],
    [
      'says how a caller authenticated that must do so again',
      new StepFailure({ ...step, requirements: NOTHING }, 'step-up', 'authentication_too_old', { principal: somebody({ claims }) }),
      'the caller is "somebody", but authenticated too long ago. Held: scopes [], permissions [], roles []. Authenticated: acr "pwd", auth_time 7.',
    ],
    [
      'says so where that is not known',
      new StepFailure({ ...step, requirements: NOTHING }, 'step-up', 'odd', { principal: { ...somebody(), claims: undefined as never } }),
      'the caller is "somebody", but odd. Held: scopes [], permissions [], roles []. Authenticated: acr null, auth_time null.',
    ],
  ])('%s', (_, failure, words) => {
    expect(explainStep(failure)).toBe(words);
  });

  it('of a denial names the plan or the code, and each step', () => {
    const steps = [
      { scheme: 'a', outcome: 'rejected', reason: 'odd', explanation: 'why' },
      { scheme: 'b', outcome: 'rejected', reason: 'has_credentials' },
      { scheme: 'c', outcome: 'rejected', reason: 'odd' },
    ] as const;
    const lines = ['1. a: why', '2. b: the request has credentials, so the caller is not anonymous.', '3. c: odd'];
    expect(explainDenial('X', steps, 'service')).toEqual(['The route is protected by: service.', ...lines]);
    expect(explainDenial('X', steps, undefined)).toEqual(lines);
    const several = 'The request has several Authorization header fields.';
    expect(explainDenial('ERR_AUTH_AMBIGUOUS_CREDENTIALS', [], undefined)).toEqual([several]);
  });

  it('shows the message of a cause on one line, with all that is in it', () => {
    const cause = new Error('down\n200 everything is fine\u001b[2K\u2028');
    const words = explainStep(new StepFailure(single(accepts()), 'unavailable', 'could_not_find_out', { cause }));
    expect(words).toBe(String.raw`the caller could not be determined: "down\n200 everything is fine\u001b[2K\u2028".`);
  });

  it.each([
    ['rejected', 'ambiguous_credentials', /^the request has different tokens .* \(ambiguous_credentials\)\.$/],
    [
      'forbidden',
      'cross_site_request',
      /^the credentials are of a kind that browsers send by themselves, .* publicUrl and allowedOrigins \(cross_site_request\)\.$/,
    ],
  ] as const)('says why credentials that are %s for %s do not count', (outcome, reason, words) => {
    expect(explainStep(new StepFailure(single(accepts()), outcome, reason))).toMatch(words);
  });
});
