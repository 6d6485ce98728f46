import { parseConfig } from '../../../lib/config/schema.js';
import { cacheConfig } from '../../../lib/memory/cache-config.js';

describe('the config of a cache', () => {
  it.each([0, -0.5, -2, Number.NaN, Number.POSITIVE_INFINITY, '60'])('refuses an age of %p', (defaultMaxAge) => {
    expect(() => parseConfig(cacheConfig, { defaultMaxAge })).toThrow(/^defaultMaxAge: must be a/);
  });

  it.each([-1, 0.5, 60])('takes an age of %p', (defaultMaxAge) => {
    expect(parseConfig(cacheConfig, { defaultMaxAge })).toEqual({ defaultMaxAge });
  });
});
