import { parseConfig } from '../../../lib/config/schema.js';
import { cacheConfig, cacheConfigOrFalse, ignoredCacheFields } from '../../../lib/memory/cache-config.js';

describe('the config of a cache', () => {
  it.each([0, -0.5, -2, Number.NaN, Number.POSITIVE_INFINITY, '60'])('refuses an age of %p', (defaultMaxAge) => {
    expect(() => parseConfig(cacheConfig, { defaultMaxAge })).toThrow(/^defaultMaxAge: must be a/);
  });

  it.each([-1, 0.5, 60])('takes an age of %p', (defaultMaxAge) => {
    expect(parseConfig(cacheConfig, { defaultMaxAge })).toEqual({ defaultMaxAge });
  });
});

describe('a cache that can be turned off', () => {
  it('is off with false, and with nothing else', () => {
    expect(parseConfig(cacheConfigOrFalse, false)).toBe(false);
    expect(parseConfig(cacheConfigOrFalse, { capacity: 5 })).toEqual({ capacity: 5 });
    for (const given of [true, null, 0, '']) expect(() => parseConfig(cacheConfigOrFalse, given)).toThrow();
    expect(() => parseConfig(cacheConfigOrFalse, { capacity: 0 })).toThrow('capacity: must be at least 1');
  });
});

describe('the fields that have no effect', () => {
  it('are named by their paths where they are set', () => {
    expect(ignoredCacheFields(undefined)).toEqual([]);
    expect(ignoredCacheFields({ capacity: 5, defaultMaxAge: 60 })).toEqual([]);
    expect(ignoredCacheFields({ evictionFactor: 0.2, cleanupInterval: 10 })).toEqual([
      'cacheConfig.evictionFactor',
      'cacheConfig.cleanupInterval',
    ]);
    expect(ignoredCacheFields({ evictionPolicy: 'LRU' }, 'rejectedCacheConfig')).toEqual(['rejectedCacheConfig.evictionPolicy']);
  });
});
