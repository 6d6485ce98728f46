import { metrics } from '@opentelemetry/api';
import type { Authenticator } from 'nest-service-auth';
import { AuthenticatorMetrics } from '../../../lib/observe/authenticator-metrics.js';
import { Authenticators } from '../../../lib/plan/authenticators.js';
import { BoundedState } from '../../../lib/shared-state/bounded-state.js';
import { SharedStateInUse } from '../../../lib/shared-state/shared-state-in-use.js';
import { LocalState } from '../../support/local-state.js';
import { startTelemetry, type Telemetry } from '../../support/telemetry.js';

let telemetry: Telemetry;
beforeEach(() => {
  telemetry = startTelemetry();
});
afterEach(() => telemetry.stop());

/** Publishes what authenticators of these names say of themselves. */
async function publish(...all: readonly (readonly [name: string, part: Pick<Authenticator, 'stats'>])[]): Promise<AuthenticatorMetrics> {
  const prepare = (part: unknown): Authenticator => ({
    challenges: [],
    authenticate: () => ({ outcome: 'absent' }),
    ...(part as Pick<Authenticator, 'stats'>),
  });
  const authenticators = new Authenticators([{ configKey: 'config', prepare }]);
  for (const [name, part] of all) await authenticators.prepare('config', part, name);
  const published = new AuthenticatorMetrics(authenticators);
  published.onApplicationBootstrap();
  return published;
}

it('adds up what authenticators of one name have counted: one series has one value', async () => {
  const counting = (hits: number) => ({ stats: () => ({ cache: { hits, misses: 1 } }) });
  const published = await publish(['inline', counting(2)], ['inline', counting(3)], ['other', counting(7)]);
  expect(await telemetry.valueOf('auth.cache.lookups', { 'auth.scheme': 'inline', 'auth.cache.result': 'hit' })).toBe(5);
  expect(await telemetry.valueOf('auth.cache.lookups', { 'auth.scheme': 'other', 'auth.cache.result': 'hit' })).toBe(7);
  published.onApplicationShutdown();
});

it('says how often caches knew, and how often not, until the application closes', async () => {
  let asked = 0;
  const stats = () => {
    asked++;
    return { cache: { hits: 4, misses: 1 } };
  };
  const published = await publish(['keys', { stats }]);
  const series = (result: string, value: number) => ({
    name: 'auth.cache.lookups',
    unit: '{lookup}',
    attributes: { 'auth.scheme': 'keys', 'auth.cache.result': result },
    value,
  });
  expect(await telemetry.series('auth.')).toEqual([series('hit', 4), series('miss', 1)]);
  published.onApplicationShutdown();
  await telemetry.series('auth.');
  expect(asked).toBe(1);
});

it('does nothing where the application has started no metrics', async () => {
  metrics.disable();
  const published = await publish(['keys', { stats: () => ({ cache: { hits: 4, misses: 1 } }) }]);
  published.onApplicationShutdown();
  expect(await telemetry.series('auth.')).toEqual([]);
});

it('publishes nothing of authenticators that count nothing', async () => {
  const published = await publish(['silent', {}], ['empty', { stats: () => undefined }]);
  expect(await telemetry.series('auth.')).toEqual([]);
  published.onApplicationShutdown();
});

it('publishes what it does not know the kind of: the dependency of a strategy of your own', async () => {
  const published = await publish(['keys', { stats: () => ({ dependency: { name: 'key-service', succeeded: 4, failed: 1 } }) }]);
  expect(await telemetry.series('auth.')).toEqual(
    [
      ['success', 4],
      ['failure', 1],
    ].map(([result, value]) => ({
      name: 'auth.dependency.calls',
      unit: '{call}',
      attributes: { 'auth.scheme': 'keys', 'auth.dependency': 'key-service', 'auth.result': result },
      value,
    })),
  );
  published.onApplicationShutdown();
});

it('counts the questions to the shared state, and says when it is not asked', async () => {
  const store = new LocalState();
  const state = new BoundedState(store, { timeout: 1, warn: () => undefined });
  const onUnavailable = { logins: 'refuse', dpop: 'refuse' } as const;
  const published = new AuthenticatorMetrics(new Authenticators([]), new SharedStateInUse({ state, timeout: 1, onUnavailable }));
  published.onApplicationBootstrap();
  const of = { 'auth.scheme': 'sharedState', 'auth.dependency': 'shared_state' };
  const breaker = (name: string) => telemetry.valueOf('auth.circuit_breaker.status', { ...of, 'auth.circuit_breaker.state': name });

  await state.get('a');
  await state.increment('b', 1);
  expect(await telemetry.valueOf('auth.dependency.calls', { ...of, 'auth.result': 'success' })).toBe(2);
  expect([await breaker('closed'), await breaker('open')]).toEqual([1, 0]);
  expect((await telemetry.series('auth.circuit_breaker')).map(({ unit }) => unit)).toEqual(['1', '1', '1']);

  store.get = () => Promise.reject(new Error('ECONNREFUSED'));
  for (let attempt = 0; attempt < 3; attempt++) await state.get('a').catch(() => undefined);
  expect(await telemetry.valueOf('auth.dependency.calls', { ...of, 'auth.result': 'failure' })).toBe(3);
  expect([await breaker('closed'), await breaker('open')]).toEqual([0, 1]);
  published.onApplicationShutdown();
});
