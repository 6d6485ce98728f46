import type { DependencyHealth } from '../../../../lib/outgoing/dependency-health.js';
import { IssuerKeys } from '../../../../lib/strategies/jwt/issuer-keys.js';
import type { KeySource } from '../../../../lib/strategies/jwt/key-set.js';
import { REFUSED } from '../../../../lib/strategies/jwt/refusals.js';

const local: KeySource = { allows: (alg) => alg === 'HS256', find: () => REFUSED.unknownKey, close: () => undefined };
const source = (status: DependencyHealth['status'], succeeded: number, failed: number): KeySource => ({
  ...local,
  allows: (alg) => alg === 'ES256',
  fetches: { succeeded, failed },
  health: async () => ({ dependency: 'jwks', status, details: { keys: 'fresh' } }),
});
const of = (...all: KeySource[]) => new IssuerKeys(all, { description: 'a, b' }, () => undefined);
const [up, degraded, down] = [source('up', 1, 2), source('degraded', 10, 20), source('down', 100, 200)];

describe('the keys of several issuers', () => {
  it('are allowed what the keys of one of them are', () => {
    expect(['ES256', 'HS256', 'RS256'].map((alg) => of(up, local).allows(alg))).toEqual([true, true, false]);
  });

  it('count the fetches of all of them, and nothing where none is ever fetched', () => {
    expect(of(up, local, degraded, down).fetches).toEqual({ succeeded: 111, failed: 222 });
    expect(of(local, local).fetches).toBeUndefined();
  });

  it.each([
    ['up, where all are', [up, up], 'up', {}],
    ['degraded, where one is', [up, degraded], 'degraded', { 'issuer[1]': 'degraded' }],
    ['degraded, where one is down', [down, up], 'degraded', { 'issuer[0]': 'down' }],
    ['degraded, where one still has keys', [down, degraded], 'degraded', { 'issuer[0]': 'down', 'issuer[1]': 'degraded' }],
    ['down, where all are', [down, down], 'down', { 'issuer[0]': 'down', 'issuer[1]': 'down' }],
  ] as const)('are %s', async (_, all, status, failing) => {
    expect(await of(...all).health()).toEqual({ dependency: 'jwks', status, details: { issuers: 2, ...failing } });
  });

  it('have the health of the only ones that are fetched', async () => {
    expect(await of(local, down).health()).toEqual({ dependency: 'jwks', status: 'down', details: { keys: 'fresh' } });
    expect(await of(local, local).health()).toBeUndefined();
  });

  it('are all closed', async () => {
    const closed: string[] = [];
    await of(...['a', 'b'].map((name) => ({ ...local, close: () => void closed.push(name) }))).close();
    expect(closed).toEqual(['a', 'b']);
  });
});
