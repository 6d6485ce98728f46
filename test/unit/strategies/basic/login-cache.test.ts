import { createHash } from 'node:crypto';
import { createPrincipal } from '../../../../lib/principal.js';
import { FamiliarAddresses } from '../../../../lib/strategies/basic/familiar-addresses.js';
import { LoginCache, type VerifiedLogin } from '../../../../lib/strategies/basic/login-cache.js';
import { accepted } from '../../../../lib/strategies/strategy.js';
import { FakeClock } from '../../../support/fake-clock.js';

const user = { username: 'alice', scopes: [], roles: [], version: '1' };
const LOGIN: VerifiedLogin = {
  user,
  verdict: accepted(createPrincipal({ scheme: 's', method: 'basic', username: 'alice', scopes: [], roles: [], claims: {} })),
};
const place = () => new FamiliarAddresses().add('alice', undefined);

describe('the logins that are remembered', () => {
  it('are found by a keyed hash, whose key is another in every process', () => {
    const [one, other] = [new LoginCache().keyOf('YTpi'), new LoginCache().keyOf('YTpi')];
    expect(one).not.toBe(other);
    for (const algorithm of ['sha256', 'sha1', 'sha512', 'md5'])
      expect(one).not.toBe(createHash(algorithm).update('YTpi').digest('base64'));
  });

  it('are found by the same key within a process', () => {
    const cache = new LoginCache();
    expect(cache.keyOf('YTpi')).toBe(cache.keyOf('YTpi'));
    expect(cache.keyOf('YTpi')).not.toBe(cache.keyOf('YTpj'));
  });

  it('are forgotten after five minutes unless the config says otherwise', () => {
    const clock = new FakeClock();
    const cache = new LoginCache(undefined, clock);
    cache.set('key', LOGIN, '192.0.2.1', place());
    clock.now += 299_999;
    expect(cache.get('key', '192.0.2.1')).toMatchObject({ user });
    clock.now += 1;
    expect(cache.get('key', '192.0.2.1')).toBeUndefined();
  });

  it('are forgotten when the cache is cleared', () => {
    const cache = new LoginCache();
    cache.set('key', LOGIN, '192.0.2.1', place());
    expect(cache.get('key', '192.0.2.1')).toBeDefined();
    cache.clear();
    expect(cache.get('key', '192.0.2.1')).toBeUndefined();
  });

  it('are remembered for the addresses that they were verified from, of which there are not too many', () => {
    const cache = new LoginCache();
    for (let each = 0; each <= 32; each++) cache.set('key', LOGIN, `address ${each}`, place());
    expect(cache.get('key', 'address 0')).toBeUndefined();
    expect(cache.get('key', 'address 1')).toBeDefined();
    expect(cache.get('key', 'address 32')).toBeDefined();
    expect(cache.get('key', 'elsewhere')).toBeUndefined();
    expect(cache.get('key', undefined)).toBeUndefined();
  });
});

describe('the lookups', () => {
  it('are counted: those that found a login, and those that did not', () => {
    const cache = new LoginCache();
    cache.set('key', LOGIN, '192.0.2.1', place());
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.1']) cache.get('key', address);
    expect(cache.lookups).toEqual({ hits: 2, misses: 1 });
  });
});

describe('a cache that is turned off', () => {
  it('remembers nothing and counts nothing', () => {
    const cache = new LoginCache(false);
    cache.set('key', LOGIN, '192.0.2.1', place());
    expect(cache.get('key', '192.0.2.1')).toBeUndefined();
    expect(cache.lookups).toBeUndefined();
  });
});
