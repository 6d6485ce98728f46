import { present } from '../../../../lib/clock.js';
import { claimsSettings } from '../../../../lib/strategies/claims/claims.schema.js';
import { principalMaker } from '../../../../lib/strategies/claims/principal-of.js';
import { judge } from '../../../../lib/strategies/oauth2-introspection/judge.js';
import { sharedAnswers } from '../../../../lib/strategies/oauth2-introspection/shared-answers.js';
import { FakeClock } from '../../../support/fake-clock.js';

const NOW = 1_800_000_000;
const settings = claimsSettings({});
const principalOf = principalMaker({ scheme: 'sts', method: 'introspection', standIns: ['username'] }, settings);
const expected = { issuer: undefined, audience: undefined, clockSkew: 0, customClaims: [], principalOf };

function outcomeOf(claims: object, more = {}) {
  const { verdict } = judge({ active: true, ...claims }, { ...expected, ...more }, NOW);
  return verdict.outcome === 'rejected' ? verdict.reason : verdict.outcome;
}

describe('a time in an answer', () => {
  it.each([`${NOW + 60}x`, `x${NOW + 60}`, ` ${NOW + 60}`, '1e12', '0x7fffffff', '1234567890123456', '', '-1'])('is not %j', (exp) => {
    expect(outcomeOf({ exp })).toBe('malformed_claims');
  });

  it('is none of the members that only look like numbers', () => {
    const answer = { active: true, sub: '007', client_id: '42', tenant: '1800000000', exp: String(NOW + 60) };
    const { verdict } = judge(answer, expected, NOW);
    expect(verdict).toMatchObject({ principal: { username: '007', clientId: '42', claims: { ...answer, exp: NOW + 60 } } });
  });
});

describe('a refusal of an active token says in its explanation', () => {
  it.each<[object, object, string]>([
    [{ exp: NOW - 10 }, {}, 'exp'],
    [{ token_use: 'refresh' }, {}, '"token_use" is "refresh", which is not a kind of access token'],
    [{ aud: [7] }, {}, 'a string or a list of strings'],
    [{ iss: 'https://other.example' }, { issuer: 'https://sts.example' }, 'https://sts.example'],
    [{ aud: 'stock' }, { audience: ['orders'] }, 'orders'],
  ])('%j %j: %s', (claims, more, words) => {
    const { verdict } = judge({ active: true, ...claims }, { ...expected, ...more }, NOW);
    const { detail, explanation } = verdict as { detail?: () => string; explanation?: () => string };
    expect((explanation ?? detail)?.()).toContain(words);
    expect(outcomeOf({ iss: 'https://any.example', aud: 'any' })).toBe('accepted');
  });
});

describe('an answer that calls its token DPoP', () => {
  const cnf = { jkt: 'thumbprint' };
  it.each<[string, object, string]>([
    ['and names its key', { token_type: 'DPoP', cnf }, 'accepted'],
    ['in any case of letters', { token_type: 'dpop', cnf }, 'accepted'],
    ['and names no key', { token_type: 'DPoP' }, 'wrong_type'],
    ['and names a certificate', { token_type: 'DPoP', cnf: { 'x5t#S256': 'thumbprint' } }, 'wrong_type'],
    ['and a refresh token as well', { token_type: 'DPoP', token_use: 'refresh', cnf }, 'wrong_type'],
    ['or something else', { token_type: 'refresh_token', cnf }, 'wrong_type'],
    ['or several things', { token_type: ['DPoP'], cnf }, 'wrong_type'],
  ])('%s, is judged where proofs are accepted: %j', (_, claims, outcome) => {
    expect(outcomeOf(claims, { acceptsDpop: true })).toBe(outcome);
    expect(outcomeOf(claims)).toBe('wrong_type');
  });
});

describe('what the shared state has of an answer', () => {
  const clock = new FakeClock(NOW * 1000);
  const answer = { active: true, claims: { active: true, sub: 'anne' } } as const;
  const fresh = { active: true, claims: { active: true, sub: 'fresh' } } as const;

  async function subjectOf(kept: unknown) {
    const get = async () => JSON.stringify(kept);
    const state = { get, set: async () => undefined, add: async () => true, increment: async () => 1 };
    const ask = async () => ({ answer: fresh, askedAt: present(clock) });
    const found = await sharedAnswers(ask, { state: state as never, name: 'sts', activeLife: 60, inactiveLife: 10, clock })('token');
    return found.answer.active ? found.answer.claims.sub : 'inactive';
  }

  it('is used for as long as the answer lives, whatever the store keeps', async () => {
    expect(await subjectOf({ at: clock.now - 59_999, answer })).toBe('anne');
    expect(await subjectOf({ at: clock.now - 60_000, answer })).toBe('fresh');
    expect(await subjectOf({ at: clock.now - 9_999, answer: { active: false } })).toBe('inactive');
    expect(await subjectOf({ at: clock.now - 10_000, answer: { active: false } })).toBe('fresh');
  });

  it('lives no longer because its time is in the future', async () => {
    expect(await subjectOf({ at: clock.now + 3_600_000, answer })).toBe('anne');
  });

  it.each<[string, object]>([
    ['no time', { answer }],
    ['a time in text', { at: String(NOW * 1000), answer }],
    ['no time that is a number', { at: null, answer }],
    ['no answer', { at: NOW * 1000 }],
    ['an answer in words', { at: NOW * 1000, answer: 'active' }],
    ['an answer that is active in words', { at: NOW * 1000, answer: { ...answer, active: 'true' } }],
    ['an answer without active', { at: NOW * 1000, answer: { claims: answer.claims } }],
    ['an answer without claims', { at: NOW * 1000, answer: { active: true } }],
    ['claims that are null', { at: NOW * 1000, answer: { active: true, claims: null } }],
    ['claims in text', { at: NOW * 1000, answer: { active: true, claims: 'anne' } }],
    ['claims in a list', { at: NOW * 1000, answer: { active: true, claims: [{ sub: 'anne' }] } }],
  ])('is as good as nothing where it has %s', async (_, kept) => {
    expect(await subjectOf(kept)).toBe('fresh');
  });
});
