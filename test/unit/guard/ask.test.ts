import { NotFoundException } from '@nestjs/common';
import { AuthUnavailableError, type Principal } from 'nest-service-auth';
import { ask, type StepOutcome } from '../../../lib/guard/ask.js';
import { StepFailure } from '../../../lib/guard/step-failure.js';
import type { Step } from '../../../lib/plan/plan.js';
import { parseRequirements } from '../../../lib/requirements/every-requirement.js';
import { absent, accepts, attempt, combined, later, needs, rejects, says, single, somebody } from './steps.js';

const alice = accepts({ username: 'alice', scopes: ['a'] });
const failureOf = async (step: Step, overrides = {}) => (await ask(step, attempt(overrides))) as StepFailure;
const wordsOf = (outcome: StepOutcome) => (outcome instanceof StepFailure ? `${outcome.outcome} (${outcome.reason})` : outcome.username);
const outcomeOf = async (step: Step, overrides = {}) => wordsOf(await ask(step, attempt(overrides)));

describe('a caller that does not meet the requirements', () => {
  it('is forbidden for the reason of a step that admits nobody, and is known', async () => {
    const step = single(alice, { forbidden: 'access_denied' });
    const { outcome, reason, details } = await failureOf(step);
    expect([outcome, reason, details.principal?.username]).toEqual(['forbidden', 'access_denied', 'alice']);
    expect(await outcomeOf(single(later(alice), { forbidden: 'access_denied' }))).toBe('forbidden (access_denied)');
  });

  it('is forbidden with the challenge of what it lacks, and is known', async () => {
    const { details } = await failureOf(single(alice, needs('b', 'c')));
    expect([details.challenge, details.principal?.username]).toEqual([{ scope: 'b c' }, 'alice']);
  });

  it('is told in one challenge all that it must do to authenticate again, and nothing of its scopes', async () => {
    const demands = parseRequirements({ acr: 'mfa', maxAuthAge: 60, scopes: 'b' });
    const { outcome, reason, details } = await failureOf(single(alice, { demands }));
    expect([outcome, reason]).toEqual(['step-up', 'insufficient_authentication_context']);
    expect(details.principal?.username).toBe('alice');
    expect(details.challenge).toMatchObject({ acr_values: 'mfa', max_age: '60' });
    expect(details.challenge).not.toHaveProperty('scope');
  });

  it('is known where an authorizer refuses it', async () => {
    const authorizers = [{ authorizer: { authorize: () => false }, args: undefined }];
    expect((await failureOf(single(alice, { authorizers }))).details.principal?.username).toBe('alice');
  });
});

describe('a strategy whose verdict is none', () => {
  it.each<[unknown, string]>([
    [undefined, 'The strategy returned no verdict.'],
    [{ outcome: 'ok' }, 'The strategy returned no verdict.'],
    [{ outcome: 'accepted' }, 'The strategy accepted without a principal.'],
  ])('is unavailable, and the log says what is wrong with %j', async (verdict, message) => {
    const { outcome, details } = await failureOf(single(says(verdict)));
    expect([outcome, details.cause]).toEqual(['unavailable', new TypeError(message)]);
  });
});

it('a combined step without members admits nobody', () => {
  expect(() => ask(combined([]), attempt())).toThrow('A combined step has no steps.');
});

describe('a strategy that rejects', () => {
  it.each([undefined, 7, { toString: () => 'x' }])('with the reason %p has the reason "rejected"', async (reason) => {
    expect(await outcomeOf(single(() => ({ outcome: 'rejected', reason }) as never))).toBe('rejected (rejected)');
  });

  it('gives no time to wait unless it says one', async () => {
    expect((await failureOf(single(rejects))).details).toEqual({});
  });
});

it('a transport that remembers verdicts is asked in place of the strategy', async () => {
  const step = single(rejects);
  const asked: unknown[] = [];
  const authenticate = (...given: unknown[]) => {
    asked.push(given);
    return { outcome: 'accepted', principal: somebody({ username: 'remembered' }) };
  };
  const { request, methods } = attempt();
  expect(await outcomeOf(step, { authenticate })).toBe('remembered');
  expect(asked).toEqual([[step.authenticator, request, methods]]);
});

describe('a token that was revoked', () => {
  it.each<[string, () => unknown, string]>([
    ['at once', () => true, 'rejected (revoked)'],
    ['later', async () => true, 'rejected (revoked)'],
    ['where that cannot be found out', () => Promise.reject(new AuthUnavailableError('away')), 'unavailable (could_not_find_out)'],
    ['not, at once', () => false, 'alice'],
    ['not, later', async () => false, 'alice'],
  ])('%s', async (_, isRevoked, expected) => {
    expect(await outcomeOf(single(alice), { isRevoked })).toBe(expected);
    expect(await outcomeOf(single(later(alice)), { isRevoked })).toBe(expected);
    expect(await outcomeOf(combined([single(accepts({ username: 'alice' })), single(later(alice))]), { isRevoked })).toBe(expected);
  });

  it.each([false, Promise.resolve(false)])('is asked about before the requirements, and does not replace them: %p', async (isRevoked) => {
    expect(await outcomeOf(single(alice, needs('b')), { isRevoked: () => isRevoked })).toBe('forbidden (insufficient_scope)');
    expect(await outcomeOf(single(alice, needs('b')), { isRevoked: () => true })).toBe('rejected (revoked)');
  });

  it('is refused in a combined step whichever member has it', async () => {
    const isRevoked = ({ username }: Principal) => username === 'bob';
    const members = [single(alice), single(accepts({ username: 'bob' }))];
    expect(await outcomeOf(combined(members), { isRevoked })).toBe('rejected (revoked)');
    expect(await outcomeOf(combined(members.toReversed()), { isRevoked })).toBe('rejected (revoked)');
  });
});

describe('the enricher of the application', () => {
  const enriched = (principal: Principal) => ({ ...principal, roles: ['keeper'] });
  const keeper = { demands: parseRequirements({ roles: 'keeper' }) };

  it.each([enriched, async (principal: Principal) => enriched(principal)])('is asked before the requirements', async (enrich) => {
    expect(await outcomeOf(single(alice, keeper), { enrich })).toBe('alice');
    expect(await outcomeOf(single(alice, needs('b')), { enrich })).toBe('forbidden (insufficient_scope)');
    expect(await outcomeOf(single(alice, keeper))).toBe('forbidden (insufficient_role)');
  });

  it.each([() => undefined, async () => undefined])('refuses a caller that it does not know', async (enrich) => {
    expect(await outcomeOf(single(alice), { enrich })).toBe('rejected (refused_by_enricher)');
    expect(await outcomeOf(combined([single(alice)]), { enrich })).toBe('rejected (refused_by_enricher)');
  });

  it('that fails is an outage, at once or later', async () => {
    const enrich = () => {
      throw new Error('down');
    };
    expect(await outcomeOf(single(alice), { enrich })).toBe('unavailable (could_not_find_out)');
    expect(await outcomeOf(single(alice), { enrich: async () => enrich() })).toBe('unavailable (could_not_find_out)');
  });

  it('may answer with an exception of its own, at once or later', async () => {
    const enrich = () => {
      throw new NotFoundException();
    };
    await expect(async () => ask(single(alice), attempt({ enrich }))).rejects.toThrow(NotFoundException);
    await expect(async () => ask(single(alice), attempt({ enrich: async () => enrich() }))).rejects.toThrow(NotFoundException);
  });

  it('is asked once for a combined step, about the caller of the whole', async () => {
    const asked: string[] = [];
    const enrich = (principal: Principal) => {
      asked.push(principal.username);
      return enriched(principal);
    };
    const machine = single(accepts({ method: 'mtls', username: 'machine' }));
    expect(await outcomeOf(combined([machine, single(alice)], keeper), { enrich })).toBe('alice');
    expect(asked).toEqual(['alice']);
  });

  it('is not asked about a caller that one of the members refuses', async () => {
    const enrich = () => {
      throw new Error('was asked');
    };
    expect(await outcomeOf(combined([single(alice), single(absent)]), { enrich })).toBe('absent (no_credentials)');
  });

  it('is not asked again where the transport remembers what it said of these credentials', async () => {
    const step = single(alice, keeper);
    const recall = (authenticators: unknown, _request: unknown, _ask: unknown) => {
      expect(authenticators).toEqual([step.authenticator]);
      return enriched(somebody({ username: 'remembered' }));
    };
    const enrich = () => {
      throw new Error('was asked');
    };
    expect(await outcomeOf(step, { enrich, recall })).toBe('remembered');
    expect(await outcomeOf(step, { enrich: enriched, recall: (_a: unknown, _r: unknown, again: () => unknown) => again() })).toBe('alice');
  });
});
