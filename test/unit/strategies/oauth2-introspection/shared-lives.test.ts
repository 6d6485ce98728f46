import { requestOfAuthorization } from '../../../../lib/http/auth-request.js';
import { prepareIntrospection } from '../../../../lib/strategies/oauth2-introspection/prepare.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { LocalState } from '../../../support/local-state.js';
import { FakeNetwork, json } from './fake-endpoint.js';

const request = requestOfAuthorization('Bearer t');

describe('an answer that instances share', () => {
  const clock = new FakeClock(1_800_000_000_000);
  let network: FakeNetwork;
  let state: LocalState;
  beforeEach(() => {
    network = new FakeNetwork();
    state = new LocalState(100, clock);
  });
  const instance = (config: object = {}) => {
    const surroundings = { createClient: network.createClient, clock, warn: () => undefined };
    const given = { url: 'https://idp.example/introspect', cacheConfig: { shared: true }, ...config };
    return prepareIntrospection(given, 'sts', surroundings, { sharedState: { state } as never });
  };

  /** Whether another instance, which learned of the answer after `late` seconds, has it at hand until it is `life` seconds old, and no longer. */
  async function livesFor(life: number, config: object, late: number): Promise<boolean[]> {
    await (await instance(config)).authenticate(request);
    clock.passes(late);
    const other = await instance(config);
    await other.authenticate(request);
    clock.passes(life - late - 0.001);
    const before = other.authenticate(request) instanceof Promise;
    clock.passes(0.001);
    const asking = other.authenticate(request);
    await asking;
    expect(network.asked).toHaveLength(2);
    return [before, asking instanceof Promise];
  }

  it.each<[string, object, number, number]>([
    ['defaultTokenExpTime', { defaultTokenExpTime: 60 }, 60, 50],
    ['defaultMaxAge', { cacheConfig: { shared: true, defaultMaxAge: 30 }, defaultTokenExpTime: 60 }, 30, 20],
    ['an hour, where nothing is said', {}, 3600, 1800],
  ])('lives for %s from the question on, in each of them', async (_, config, life, late) => {
    network.answer = () => json({ active: true, sub: 'alice' });
    expect(await livesFor(life, config, late)).toEqual([false, true]);
  });

  it.each<[string, object, number]>([
    ['ten seconds', {}, 10],
    ['ten seconds, where active ones live longer', { cacheConfig: { shared: true, defaultMaxAge: 600 } }, 10],
    ['no longer than active ones', { cacheConfig: { shared: true, defaultMaxAge: 4 } }, 4],
  ])('lives for %s where the token is not active', async (_, config, life) => {
    expect(await livesFor(life, config, 2)).toEqual([false, true]);
  });
});

describe('what a config expects of an answer', () => {
  const verdictOf = async (answer: object, config: object) => {
    const network = new FakeNetwork();
    network.answer = () => json({ active: true, ...answer });
    const surroundings = { createClient: network.createClient, clock: new FakeClock(1_800_000_000_000), warn: () => undefined };
    const authenticator = await prepareIntrospection({ url: 'https://idp.example/introspect', ...config }, 'sts', surroundings);
    const verdict = await authenticator.authenticate(request);
    return verdict.outcome === 'rejected' ? verdict.reason : verdict.outcome;
  };

  it.each<[object, object, string]>([
    [{ audience: 'orders' }, { aud: 'orders' }, 'accepted'],
    [{ audience: 'orders' }, { aud: ['stock', 'orders'] }, 'accepted'],
    [{ audience: 'orders' }, { aud: 'stock' }, 'wrong_audience'],
    [{ audience: 'orders' }, {}, 'wrong_audience'],
    [{ audience: ['orders', 'stock'] }, { aud: 'stock' }, 'accepted'],
    [{ audience: null }, { aud: 'stock' }, 'accepted'],
    [{}, { aud: 'stock' }, 'accepted'],
    [{ issuer: 'https://idp.example' }, { iss: 'https://other.example' }, 'wrong_issuer'],
    [{ issuer: 'https://idp.example' }, { iss: 'https://idp.example' }, 'accepted'],
    [{}, { token_type: 'DPoP', cnf: { jkt: 'thumbprint' } }, 'wrong_type'],
  ])('%j judges %j: %s', async (config, answer, outcome) => {
    expect(await verdictOf(answer, config)).toBe(outcome);
  });
});
