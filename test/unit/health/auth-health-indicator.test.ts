import type { Authenticator, DependencyHealth } from 'nest-service-auth';
import { AuthHealthIndicator } from '../../../lib/health/auth-health-indicator.js';
import { Authenticators } from '../../../lib/plan/authenticators.js';
import { BoundedState } from '../../../lib/shared-state/bounded-state.js';
import { SharedStateInUse } from '../../../lib/shared-state/shared-state-in-use.js';
import { LocalState } from '../../support/local-state.js';

type Part = Pick<Authenticator, 'health' | 'stats'>;

async function indicatorOf(...all: readonly (readonly [name: string, part: Part])[]): Promise<AuthHealthIndicator> {
  const prepare = (part: unknown): Authenticator => ({ challenges: [], authenticate: () => ({ outcome: 'absent' }), ...(part as Part) });
  const authenticators = new Authenticators([{ configKey: 'config', prepare }]);
  for (const [name, part] of all) await authenticators.prepare('config', part, name);
  return new AuthHealthIndicator(authenticators);
}

const being = (status: DependencyHealth['status'], dependency = 'jwks'): Part => ({ health: () => ({ dependency, status, details: {} }) });

it.each([
  ['up', ['up', 'up']],
  ['up', ['up', 'degraded']],
  ['down', ['up', 'down', 'degraded']],
] as const)('is %s with dependencies that are %j', async (expected, statuses) => {
  const indicator = await indicatorOf(...statuses.map((status, index) => [`s${index}`, being(status)] as const));
  expect((await indicator.check()).auth.status).toBe(expected);
});

it('takes a check that fails, or that does not end, for down', async () => {
  const broken: Part = { health: () => Promise.reject(new Error('at ldap://secret.internal')) };
  const endless: Part = {
    health: () => new Promise(() => undefined),
    stats: () => ({ dependency: { name: 'ldap', succeeded: 0, failed: 0 } }),
  };
  const indicator = await indicatorOf(['broken', broken], ['endless', endless]);
  expect(await indicator.check('auth', { timeout: 0.01 })).toEqual({
    auth: {
      status: 'down',
      schemes: {
        broken: { dependency: 'unknown', status: 'down', reason: 'check_failed' },
        endless: { dependency: 'ldap', status: 'down', reason: 'timeout' },
      },
    },
  });
});

it('asks only the schemes and the kinds that are wanted', async () => {
  const asked: string[] = [];
  const part = (dependency: string): Part => ({
    stats: () => ({ dependency: { name: dependency, succeeded: 0, failed: 0 } }),
    health: () => {
      asked.push(dependency);
      return { dependency, status: 'up', details: {} };
    },
  });
  const indicator = await indicatorOf(['a', part('jwks')], ['b', part('ldap')], ['c', part('introspection')]);
  expect(Object.keys((await indicator.ldap('directory')).directory.schemes)).toEqual(['b']);
  expect(Object.keys((await indicator.check('some', { schemes: ['a', 'c'] })).some.schemes)).toEqual(['a', 'c']);
  expect(asked).toEqual(['ldap', 'jwks', 'introspection']);
});

it('keeps apart what entries with inline configs of one kind depend on', async () => {
  const indicator = await indicatorOf(['inline', being('up')], ['inline', being('down')], ['silent', {}]);
  expect((await indicator.jwks()).jwks).toMatchObject({
    status: 'down',
    schemes: { inline: { status: 'up' }, 'inline 2': { status: 'down' } },
  });
});

it('knows the shared state', async () => {
  const state = new BoundedState(new LocalState(), { timeout: 1, warn: () => undefined });
  const shared = new SharedStateInUse({ state, timeout: 0.25, onUnavailable: { logins: 'refuse', dpop: 'refuse' } });
  expect(await new AuthHealthIndicator(new Authenticators([]), shared).sharedState()).toEqual({
    sharedState: { status: 'up', schemes: { sharedState: { dependency: 'shared_state', status: 'up', breaker: 'closed' } } },
  });
});
