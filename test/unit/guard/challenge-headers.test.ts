import type { Authenticator, ChallengeAnswer, Denial, Rejected } from 'nest-service-auth';
import { forbiddenHeaders, unauthenticatedHeaders } from '../../../lib/guard/challenge-headers.js';
import { StepFailure } from '../../../lib/guard/step-failure.js';
import type { SingleStep } from '../../../lib/plan/plan.js';
import { NOTHING, needs, somebody } from './steps.js';

const challenges = [
  { scheme: 'Bearer', params: { realm: 'api' } },
  { scheme: 'Proof', params: { realm: 'api', algs: 'ES256' } },
];

/** Two challenges of one authenticator, of which the credentials used one. */
function proofStep(answers: Pick<Authenticator, 'onRejected' | 'onForbidden'>): SingleStep {
  const authenticator = { challenges, authenticate: () => ({ outcome: 'absent' }) as const, ...answers };
  return { kind: 'single', name: 'proof', authenticator, requirements: { ...NOTHING, ...needs('read') } };
}

const verdict: Rejected & { readonly nonce: string } = { outcome: 'rejected', reason: 'nonce_missing', nonce: 'n1' };
const rejectedOf = (step: SingleStep) => new StepFailure(step, 'rejected', verdict.reason, undefined, verdict);

describe('an authenticator with answers of its own', () => {
  it('adds parameters to the challenge that its credentials came under, and header fields, from what it returned', () => {
    const onRejected = (given: Rejected): ChallengeAnswer => ({
      challenge: { scheme: 'proof', params: { error: 'use_nonce' } },
      headers: { 'Proof-Nonce': (given as typeof verdict).nonce },
    });
    expect(unauthenticatedHeaders([rejectedOf(proofStep({ onRejected }))], challenges)).toEqual({
      'Proof-Nonce': 'n1',
      'WWW-Authenticate': ['Bearer realm="api"', 'Proof realm="api", algs="ES256", error="use_nonce"'],
    });
  });

  it('chooses the challenge of a 403 by the caller, and adds what the requirement demands', () => {
    const denials: Denial[] = [];
    const onForbidden = (denial: Denial): ChallengeAnswer => {
      denials.push(denial);
      return { challenge: { scheme: 'Proof', params: { error: 'insufficient_scope', ...denial.required } } };
    };
    const principal = somebody();
    const failure = new StepFailure(proofStep({ onForbidden }), 'forbidden', 'insufficient_scope', {
      principal,
      challenge: { scope: 'read' },
    });
    expect(forbiddenHeaders([failure], challenges)).toEqual({
      'WWW-Authenticate': ['Proof realm="api", algs="ES256", error="insufficient_scope", scope="read"'],
    });
    expect(denials).toEqual([{ reason: 'insufficient_scope', required: { scope: 'read' }, principal }]);
  });

  it('adds nothing where it fails, returns nothing, or names a challenge that the plan does not have', () => {
    const plain = { 'WWW-Authenticate': ['Bearer realm="api"', 'Proof realm="api", algs="ES256"'] };
    const broken = () => {
      throw new Error('broken');
    };
    for (const onRejected of [broken, () => undefined, () => ({}) as ChallengeAnswer, () => ({ challenge: { scheme: 'Other' } })])
      expect(unauthenticatedHeaders([rejectedOf(proofStep({ onRejected }))], challenges)).toEqual(plain);
    const failure = new StepFailure(proofStep({ onForbidden: broken }), 'forbidden', 'insufficient_scope');
    expect(forbiddenHeaders([failure], challenges)).toEqual({});
    const other = proofStep({ onForbidden: () => ({ challenge: { scheme: 'Other' } }) });
    expect(forbiddenHeaders([new StepFailure(other, 'forbidden', 'insufficient_scope')], challenges)).toEqual({});
  });

  it('names in a 403 no scope of the plan, which the caller may hold', () => {
    const onForbidden = () => ({ challenge: { scheme: 'Proof', params: { error: 'insufficient_scope' } } });
    const failure = new StepFailure(proofStep({ onForbidden }), 'forbidden', 'refused_by_authorizer');
    expect(forbiddenHeaders([failure], [{ scheme: 'Proof', params: { realm: 'api', scope: 'read write' } }])).toEqual({
      'WWW-Authenticate': ['Proof realm="api", error="insufficient_scope"'],
    });
  });

  it('may leave out parameters and header fields, in JavaScript as null too', () => {
    for (const headers of [undefined, null]) {
      const onRejected = () => ({ challenge: { scheme: 'Proof', params: { error: 'x' } }, headers }) as never;
      const [, proof] = unauthenticatedHeaders([rejectedOf(proofStep({ onRejected }))], challenges)['WWW-Authenticate'] ?? [];
      expect(proof).toBe('Proof realm="api", algs="ES256", error="x"');
    }
  });

  it('can break neither a header nor WWW-Authenticate', () => {
    const onRejected = (): ChallengeAnswer => ({
      challenge: { scheme: 'Proof', params: { 'a b': 'c', level: 7 as never, error: 'x"y\r\n' } },
      headers: { 'WWW-Authenticate': 'Other', 'X-Split': 'a\r\nb', 'a b': 'c' },
    });
    expect(unauthenticatedHeaders([rejectedOf(proofStep({ onRejected }))], challenges)).toEqual({
      'WWW-Authenticate': ['Bearer realm="api"', 'Proof realm="api", algs="ES256", error="x\\"y"'],
    });
  });
});
