import { credentialKey, VerdictCache } from '../../../lib/strategies/verdict-cache.js';

describe('VerdictCache', () => {
  let now = 1_000_000;
  const create = (config = {}) => new VerdictCache<string>(config, () => now);

  it('forgets at the expiry, or at its own limit where that comes first', () => {
    const cache = create({ defaultMaxAge: 10 });
    cache.set('short', 'a', now + 5_000);
    cache.set('long', 'b', Number.POSITIVE_INFINITY);
    now += 4_999;
    expect(cache.get('short')).toBe('a');
    now += 1;
    expect(cache.get('short')).toBeUndefined();
    now += 4_999;
    expect(cache.get('long')).toBe('b');
    now += 1;
    expect(cache.get('long')).toBeUndefined();
  });

  it('keeps no more than its capacity, and what has expired already displaces nothing', () => {
    const cache = create({ capacity: 1 });
    cache.set('a', 'a', now + 1000);
    cache.set('late', 'late', now);
    expect(cache.get('a')).toBe('a');
    cache.set('b', 'b', now + 1000);
    expect(cache.get('a')).toBeUndefined();
    expect(cache.get('b')).toBe('b');
  });

  it('sets no limit of its own with -1', () => {
    const cache = create({ defaultMaxAge: -1 });
    cache.set('a', 'a', Number.POSITIVE_INFINITY);
    now += 1e12;
    expect(cache.get('a')).toBe('a');
    cache.delete('a');
    expect(cache.get('a')).toBeUndefined();
  });

  it('has keys that are digests of whole credentials', () => {
    expect(credentialKey('abc')).toBe('ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=');
    expect(credentialKey('abc ')).not.toBe(credentialKey('abc'));
  });
});
