import { jest } from '@jest/globals';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { AuthUnavailableError } from '../../../../lib/errors.js';
import { BoundedLimiter } from '../../../../lib/strategies/basic/bounded-limiter.js';
import type { LimiterOptions } from '../../../../lib/strategies/basic/failed-logins.config.js';
import { FailedLoginLimiter } from '../../../../lib/strategies/basic/login-limiter.js';
import { fail, succeed } from './failed-attempts.js';

const alice = { username: 'alice', address: '192.0.2.1' };

describe('the limit of failed logins', () => {
  let limiter: FailedLoginLimiter;
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    limiter.close();
    jest.useRealTimers();
  });

  it('tolerates ten failures of a user from an address, then says how long to wait', async () => {
    limiter = new FailedLoginLimiter('basic');
    const waits = await fail(limiter, alice, 11);
    expect(waits.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 0));
    expect(waits[10]).toBe(300);
  });

  it('counts attempts before they are made: many at once get no further', async () => {
    limiter = new FailedLoginLimiter('basic', { limit: 3 });
    const attempts = await Promise.all(Array.from({ length: 20 }, () => limiter.begin(alice)));
    expect(attempts.filter((attempt) => typeof attempt !== 'number')).toHaveLength(3);
  });

  it.each([1, 3])('keeps %d failures of others although an address that is refused goes on with ever new names', async (limit) => {
    const store = (options: LimiterOptions) => new BoundedLimiter(options, 10);
    limiter = new FailedLoginLimiter('basic', { limit, userLimit: limit, addressLimit: 5, createLimiter: store as never });
    await fail(limiter, alice, limit);
    for (let name = 0; name < 50; name++) await fail(limiter, { username: `user ${name}`, address: '203.0.113.9' }, 1);
    expect(await fail(limiter, alice, 1)).toEqual([300]);
    expect(await fail(limiter, { ...alice, address: '203.0.113.10' }, 1)).toEqual([300]);
  });

  it('does not stop an address for what one name of it is refused', async () => {
    limiter = new FailedLoginLimiter('basic', { limit: 2, addressLimit: 5 });
    await fail(limiter, alice, 50);
    expect(await fail(limiter, { ...alice, username: 'bob' }, 2)).toEqual([0, 0]);
  });

  it('forgets when the window is over, and does not begin it again with every attempt', async () => {
    limiter = new FailedLoginLimiter('basic', { limit: 2, window: 60 });
    await fail(limiter, alice, 2);
    jest.advanceTimersByTime(59_000);
    expect(await fail(limiter, alice, 1)).toEqual([1]);
    jest.advanceTimersByTime(1_001);
    expect(await fail(limiter, alice, 1)).toEqual([0]);
  });

  it('begins anew after a success', async () => {
    limiter = new FailedLoginLimiter('basic', { limit: 3 });
    await fail(limiter, alice, 2);
    expect(await succeed(limiter, alice)).toBe(0);
    expect(await fail(limiter, alice, 3)).toEqual([0, 0, 0]);
  });

  it('forgets everything when it is closed', async () => {
    limiter = new FailedLoginLimiter('basic', { limit: 2 });
    expect(await fail(limiter, alice, 3)).toEqual([0, 0, 300]);
    limiter.close();
    expect(await fail(limiter, alice, 1)).toEqual([0]);
  });

  it('does not count attempts without a result', async () => {
    limiter = new FailedLoginLimiter('basic', { limit: 1, userLimit: 1, addressLimit: 1 });
    for (let each = 0; each < 5; each++) {
      const attempt = await limiter.begin(alice);
      if (typeof attempt === 'number') throw new Error('was counted');
      await attempt.abandoned();
    }
    expect(await fail(limiter, alice, 2)).toEqual([0, 300]);
  });

  it('does not let one address lock a user out of another', async () => {
    limiter = new FailedLoginLimiter('basic', { limit: 3 });
    await fail(limiter, { username: 'alice', address: '203.0.113.9' }, 50);
    expect(await succeed(limiter, alice)).toBe(0);
  });

  it('stops an address that tries many names, and no success of its own makes good for it', async () => {
    limiter = new FailedLoginLimiter('basic', { addressLimit: 5 });
    for (const name of ['a', 'b', 'c', 'd']) await fail(limiter, { username: name, address: '203.0.113.9' }, 1);
    await succeed(limiter, { username: 'mallory', address: '203.0.113.9' });
    expect(await fail(limiter, { username: 'e', address: '203.0.113.9' }, 1)).toEqual([0]);
    expect(await fail(limiter, { username: 'f', address: '203.0.113.9' }, 1)).toEqual([300]);
    expect(await fail(limiter, alice, 1)).toEqual([0]);
  });

  it('stops many addresses that try one name, but lets the user in from where it has been', async () => {
    limiter = new FailedLoginLimiter('basic', { userLimit: 5 });
    await succeed(limiter, alice);
    for (let host = 1; host <= 5; host++) await fail(limiter, { username: 'alice', address: `203.0.113.${host}` }, 1);
    expect(await fail(limiter, { username: 'alice', address: '203.0.113.77' }, 1)).toEqual([300]);
    expect(await fail(limiter, { username: 'alice', address: '203.0.113.78' }, 1)).toEqual([300]);
    expect(await succeed(limiter, alice)).toBe(0);
  });

  it('counts by name alone where there is no address', async () => {
    limiter = new FailedLoginLimiter('basic', { limit: 2, addressLimit: 1 });
    expect(await fail(limiter, { username: 'alice', address: undefined }, 3)).toEqual([0, 0, 300]);
    expect(await fail(limiter, { username: 'bob', address: undefined }, 1)).toEqual([0]);
  });

  it('may count in a store of the application, which learns no names', async () => {
    const keys: string[] = [];
    limiter = new FailedLoginLimiter('admin', {
      limit: 1,
      window: 30,
      createLimiter: (options) => {
        const shared = new RateLimiterMemory(options);
        const { consume } = shared;
        return Object.assign(shared, {
          consume: (key: string) => {
            keys.push(shared.getKey(key));
            return consume.call(shared, key);
          },
        });
      },
    });
    expect(await fail(limiter, alice, 2)).toEqual([0, 30]);
    expect(keys).toContainEqual(expect.stringMatching(/^failed-logins:admin:pair:/));
    expect(keys.join()).not.toContain('alice');
  });

  it('could not find out when that store does not answer', async () => {
    limiter = new FailedLoginLimiter('basic', {
      createLimiter: (options) =>
        Object.assign(new RateLimiterMemory(options), { consume: () => Promise.reject(new Error('connect ECONNREFUSED')) }),
    });
    await expect(limiter.begin(alice)).rejects.toBeInstanceOf(AuthUnavailableError);
  });
});

describe('the defaults', () => {
  it('stop a name after a hundred failures from anywhere', async () => {
    const limiter = new FailedLoginLimiter('basic');
    for (let host = 0; host < 100; host++) expect(await fail(limiter, { username: 'alice', address: `host ${host}` }, 1)).toEqual([0]);
    expect(await fail(limiter, { username: 'alice', address: 'another' }, 1)).not.toEqual([0]);
  });

  it('stop an address after a hundred failures with any names', async () => {
    const limiter = new FailedLoginLimiter('basic');
    for (let name = 0; name < 100; name++) expect(await fail(limiter, { username: `name ${name}`, address: 'here' }, 1)).toEqual([0]);
    expect(await fail(limiter, { username: 'another', address: 'here' }, 1)).not.toEqual([0]);
  });
});
