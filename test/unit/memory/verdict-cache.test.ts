import { later, NEVER, present } from '../../../lib/clock.js';
import { credentialKey, VerdictCache } from '../../../lib/memory/verdict-cache.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('VerdictCache', () => {
  let clock: FakeClock;
  beforeEach(() => {
    clock = new FakeClock();
  });
  const create = (config = {}) => new VerdictCache<string>(config, clock);

  it('forgets at the expiry, or at its own limit where that comes first', () => {
    const cache = create({ defaultMaxAge: 10 });
    cache.set('short', 'a', clock.now + 5_000);
    cache.set('long', 'b', Number.POSITIVE_INFINITY);
    clock.now += 4_999;
    expect(cache.get('short')).toBe('a');
    clock.now += 1;
    expect(cache.get('short')).toBeUndefined();
    clock.now += 4_999;
    expect(cache.get('long')).toBe('b');
    clock.now += 1;
    expect(cache.get('long')).toBeUndefined();
  });

  it('keeps no more than its capacity, and what has expired already displaces nothing', () => {
    const cache = create({ capacity: 1 });
    cache.set('a', 'a', clock.now + 1000);
    cache.set('late', 'late', clock.now);
    expect(cache.get('a')).toBe('a');
    cache.set('b', 'b', clock.now + 1000);
    expect(cache.get('a')).toBeUndefined();
    expect(cache.get('b')).toBe('b');
  });

  it('keeps nothing longer because the wall clock is set back, and nothing past an expiry of that clock', () => {
    const cache = create({ defaultMaxAge: 10 });
    cache.set('own limit', 'a', Number.POSITIVE_INFINITY);
    cache.set('expiry', 'b', clock.now + 5_000);
    clock.setBy(-3600);
    clock.passes(4.999);
    expect([cache.get('own limit'), cache.get('expiry')]).toEqual(['a', 'b']);
    clock.passes(5.001);
    expect([cache.get('own limit'), cache.get('expiry')]).toEqual([undefined, undefined]);
    cache.set('expiry', 'b', clock.now + 5_000);
    clock.setBy(5);
    expect(cache.get('expiry')).toBeUndefined();
  });

  it.each([[{ defaultMaxAge: -1 }], [{}]])('sets no limit of its own with %j', (config) => {
    const cache = create(config);
    cache.set('a', 'a', Number.POSITIVE_INFINITY);
    clock.now += 1e12;
    expect(cache.get('a')).toBe('a');
    cache.delete('a');
    expect(cache.get('a')).toBeUndefined();
  });

  it('keeps what it is told to keep until a moment, or for ever', () => {
    const cache = create();
    cache.set('moment', 'a', later(present(clock), 5_000));
    cache.set('for ever', 'b', NEVER);
    clock.passes(4.999);
    expect([cache.get('moment'), cache.get('for ever')]).toEqual(['a', 'b']);
    clock.passes(0.001);
    expect([cache.get('moment'), cache.get('for ever')]).toEqual([undefined, 'b']);
  });

  it('has keys that are digests of whole credentials', () => {
    expect(credentialKey('abc')).toBe('ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=');
    expect(credentialKey('abc ')).not.toBe(credentialKey('abc'));
  });
});
