import { jest } from '@jest/globals';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { AuthUnavailableError } from '../../../../lib/errors.js';
import type { LimiterOptions } from '../../../../lib/strategies/basic/failed-logins.config.js';
import { FailedLoginLimiter } from '../../../../lib/strategies/basic/login-limiter.js';
import { fail } from './failed-attempts.js';

const alice = { username: 'alice', address: '192.0.2.1' };

describe('a store of the application', () => {
  it('that is no limiter stops the boot', () => {
    expect(() => new FailedLoginLimiter('basic', { createLimiter: () => ({}) as RateLimiterMemory })).toThrow(
      'failedLogins.createLimiter: must return a limiter of rate-limiter-flexible.',
    );
  });

  it('that hangs is not waited for', async () => {
    jest.useFakeTimers();
    const limiter = new FailedLoginLimiter('basic', {
      createLimiter: (options) => Object.assign(new RateLimiterMemory(options), { consume: () => new Promise<never>(() => undefined) }),
    });
    const refused = expect(limiter.begin(alice)).rejects.toBeInstanceOf(AuthUnavailableError);
    await jest.advanceTimersByTimeAsync(2_001);
    await refused;
    jest.useRealTimers();
  });

  it('that fails in the middle keeps nothing of what could not be tried', async () => {
    const made: RateLimiterMemory[] = [];
    let isDown = true;
    const limiter = new FailedLoginLimiter('basic', {
      limit: 2,
      createLimiter: (options) => {
        const memory = new RateLimiterMemory(options);
        const { consume } = memory;
        made.push(memory);
        const isUsers = options.keyPrefix.endsWith(':user');
        return Object.assign(memory, {
          consume: (key: string) => (isUsers && isDown ? Promise.reject(new Error('down')) : consume.call(memory, key)),
        });
      },
    });
    for (let each = 0; each < 5; each++) await expect(limiter.begin(alice)).rejects.toBeInstanceOf(AuthUnavailableError);
    isDown = false;
    expect(await fail(limiter, alice, 3)).toEqual([0, 0, 300]);
    expect(made).toHaveLength(3);
  });

  it('is given nothing back after the window in which it was taken', async () => {
    let now = 0;
    const given: string[] = [];
    const createLimiter = (options: LimiterOptions) =>
      Object.assign(new RateLimiterMemory(options), { reward: async (key: string) => void given.push(key) });
    const limiter = new FailedLoginLimiter('basic', { createLimiter: createLimiter as never, window: 60 }, undefined, () => now);
    const early = await limiter.begin(alice);
    const late = await limiter.begin(alice);
    if (typeof early === 'number' || typeof late === 'number') throw new Error('was refused');
    await early.abandoned();
    expect(given).toHaveLength(3);
    now += 60_001;
    await late.abandoned();
    expect(given).toHaveLength(3);
  });
});
