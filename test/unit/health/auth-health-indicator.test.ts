import { jest } from '@jest/globals';
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

it.each(['jwks', 'introspection', 'ldap'] as const)(
  'has %s() for the dependencies of that kind, under its name or another',
  async (kind) => {
    const indicator = await indicatorOf(...['jwks', 'introspection', 'ldap'].map((each) => [`the ${each}`, being('up', each)] as const));
    const schemes = { [`the ${kind}`]: { dependency: kind, status: 'up' } };
    expect(await indicator[kind]()).toEqual({ [kind]: { status: 'up', schemes } });
    expect(await indicator[kind]('mine', { dependency: 'another' })).toEqual({ mine: { status: 'up', schemes } });
    expect(await indicator[kind]('mine', { schemes: ['another'] })).toEqual({ mine: { status: 'up', schemes: {} } });
  },
);

it('asks a scheme that does not say what it depends on, and shows it only where it is wanted', async () => {
  let asked = 0;
  const silent: Part = {
    health: () => {
      asked++;
      return { dependency: 'ldap', status: 'down', details: {} };
    },
  };
  const indicator = await indicatorOf(['silent', silent]);
  expect((await indicator.jwks()).jwks).toEqual({ status: 'up', schemes: {} });
  expect((await indicator.ldap()).ldap).toEqual({ status: 'down', schemes: { silent: { dependency: 'ldap', status: 'down' } } });
  expect(asked).toBe(2);
});

it('shows details, of which none takes the place of the status or of the dependency', async () => {
  const details = { breaker: 'open', status: 'up', dependency: 'nothing' };
  const indicator = await indicatorOf(['a', { health: () => ({ dependency: 'jwks', status: 'down', details }) }]);
  expect(await indicator.check()).toEqual({
    auth: { status: 'down', schemes: { a: { breaker: 'open', status: 'down', dependency: 'jwks' } } },
  });
});

it('waits five seconds for an answer where nothing else is said', async () => {
  jest.useFakeTimers();
  try {
    const indicator = await indicatorOf(['endless', { health: () => new Promise(() => undefined) }]);
    let isDone = false;
    const checked = indicator.jwks().then(() => {
      isDone = true;
    });
    await jest.advanceTimersByTimeAsync(4999);
    expect(isDone).toBe(false);
    await jest.advanceTimersByTimeAsync(2);
    await checked;
    expect(isDone).toBe(true);
  } finally {
    jest.useRealTimers();
  }
});

it('keeps apart what entries with inline configs of one kind depend on, and leaves out a scheme that reports nothing', async () => {
  const all = (['up', 'down', 'degraded'] as const).map((status) => ['inline', being(status)] as const);
  const indicator = await indicatorOf(...all, ['silent', {}]);
  expect((await indicator.check()).auth).toEqual({
    status: 'down',
    schemes: Object.fromEntries(
      [
        ['inline', 'up'],
        ['inline 2', 'down'],
        ['inline 3', 'degraded'],
      ].map(([name, status]) => [name, { dependency: 'jwks', status }]),
    ),
  });
});

it('knows the shared state', async () => {
  const state = new BoundedState(new LocalState(), { timeout: 1, warn: () => undefined });
  const shared = new SharedStateInUse({ state, timeout: 0.25, onUnavailable: { logins: 'refuse', dpop: 'refuse' } });
  const indicator = new AuthHealthIndicator(new Authenticators([]), shared);
  const schemes = { sharedState: { dependency: 'shared_state', status: 'up', breaker: 'closed' } };
  expect(await indicator.sharedState()).toEqual({ sharedState: { status: 'up', schemes } });
  expect(await indicator.check()).toEqual({ auth: { status: 'up', schemes } });
  expect(await indicator.sharedState('redis', { schemes: ['another'] })).toEqual({ redis: { status: 'up', schemes: {} } });
});
