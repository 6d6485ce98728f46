import type { Authenticator } from 'nest-service-auth';
import { AuthenticatorMetrics } from '../../../lib/observe/authenticator-metrics.js';
import { Authenticators } from '../../../lib/plan/authenticators.js';
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
