import { jest } from '@jest/globals';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { AuthUnavailableError } from '../../../../lib/errors.js';
import type { LimiterOptions } from '../../../../lib/strategies/basic/failed-logins.config.js';
import { FailedLoginLimiter } from '../../../../lib/strategies/basic/login-limiter.js';
import { fail, succeed } from './failed-attempts.js';

const alice = { username: 'alice', address: '192.0.2.1' };

describe('a store of the application', () => {
  it.each([
    ['nothing', undefined],
    ['an object without methods', {}],
    ['an object without one of them', { consume: () => undefined, reward: () => undefined }],
  ])('that is %s stops the boot', (_what, store) => {
    expect(() => new FailedLoginLimiter('basic', { createLimiter: () => store as never })).toThrow(
      'failedLogins.createLimiter: must return a limiter of rate-limiter-flexible.',
    );
  });

  it('that hangs is not waited for', async () => {
    jest.useFakeTimers();
    const limiter = new FailedLoginLimiter('basic', {
      createLimiter: (options) => Object.assign(new RateLimiterMemory(options), { consume: () => new Promise<never>(() => undefined) }),
    });
    const refused = limiter.begin(alice).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(2_001);
    expect(await refused).toBeInstanceOf(AuthUnavailableError);
    expect(await refused).toMatchObject({ cause: { message: 'The store of failed logins took more than 2 s.' } });
    jest.useRealTimers();
  });

  it.each([undefined, 'too many', {}, { msBeforeNext: '60000' }, { msBeforeNext: Number.NaN }, { msBeforeNext: Number.POSITIVE_INFINITY }])(
    'that refuses with %j, which is no time to wait, could not count',
    async (refusal) => {
      const store = { consume: () => Promise.reject(refusal), reward: async () => undefined, delete: async () => undefined };
      await expect(new FailedLoginLimiter('basic', { createLimiter: () => store }).begin(alice)).rejects.toThrow(AuthUnavailableError);
    },
  );

  it.each([0, -5])('that refuses with %j milliseconds to wait admits no attempt', async (msBeforeNext) => {
    const store = { consume: () => Promise.reject({ msBeforeNext }), reward: async () => undefined, delete: async () => undefined };
    expect(await new FailedLoginLimiter('basic', { createLimiter: () => store }).begin(alice)).toBe(0.001);
  });

  it('forgets the failures of a user who has logged in', async () => {
    const limiter = new FailedLoginLimiter('basic', { limit: 2, createLimiter: (options) => new RateLimiterMemory(options) });
    await fail(limiter, alice, 1);
    await succeed(limiter, alice);
    expect(await fail(limiter, alice, 3)).toEqual([0, 0, 300]);
  });

  it('is given back once what an attempt counted whose account has no attempts left', async () => {
    const given: string[] = [];
    const createLimiter = (options: LimiterOptions) =>
      Object.assign(new RateLimiterMemory(options), { reward: async () => void given.push(options.keyPrefix) });
    const limiter = new FailedLoginLimiter('basic', { limit: 1, createLimiter: createLimiter as never });
    const [first, second] = [await limiter.begin(alice), await limiter.begin({ ...alice, username: 'ali' })];
    if (typeof first === 'number' || typeof second === 'number') throw new Error('was refused');
    expect(await first.at('cn=alice')).toBe(0);
    expect(await second.at('cn=alice')).toBeGreaterThan(0);
    await second.abandoned();
    expect(given.sort()).toEqual(['failed-logins:basic:address', 'failed-logins:basic:pair', 'failed-logins:basic:user']);
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
    const late = await limiter.begin(alice);
    const early = await limiter.begin(alice);
    if (typeof early === 'number' || typeof late === 'number') throw new Error('was refused');
    await early.abandoned();
    expect(given).toHaveLength(3);
    now += 60_000;
    await late.abandoned();
    expect(given).toHaveLength(3);
  });
});
