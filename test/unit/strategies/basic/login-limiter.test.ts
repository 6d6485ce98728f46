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

  it('counts the spellings of a name as one, as a directory does', async () => {
    limiter = new FailedLoginLimiter('basic', { limit: 3 });
    for (const username of ['ALICE', 'Alice', '\uff41lice']) await fail(limiter, { ...alice, username }, 1);
    expect(await fail(limiter, alice, 1)).toEqual([300]);
    expect(await fail(limiter, { ...alice, username: 'bob' }, 1)).toEqual([0]);
  });

  it.each([
    ['soft hyphens', 'al\u00adice'],
    ['zero-width spaces and joiners', 'a\u200bl\u200dice\ufeff'],
    ['compatibility letters in upper case', '\u{1d400}lice'],
  ])('counts a name with %s as the name that a directory sees', async (_, spelling) => {
    limiter = new FailedLoginLimiter('basic', { limit: 2 });
    await fail(limiter, alice, 2);
    expect(await fail(limiter, { ...alice, username: spelling }, 1)).toEqual([300]);
  });

  it('takes a sharp s for two letters, as a directory does', async () => {
    limiter = new FailedLoginLimiter('basic', { limit: 3 });
    for (const username of ['strauss', 'strau\u00df', 'STRAU\u1e9e']) await fail(limiter, { ...alice, username }, 1);
    expect(await fail(limiter, { ...alice, username: 'Strauss' }, 1)).toEqual([300]);
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

describe('the limit of failed logins, by account', () => {
  const from = (address: string) => ({ username: 'jose', address });
  /** Fails at an account under many names; returns the seconds to wait of each. */
  const failAs = async (limiter: FailedLoginLimiter, names: readonly string[], account: string, address: string | undefined) => {
    const waits: number[] = [];
    for (const username of names) {
      const attempt = await limiter.begin({ username, address });
      waits.push(Math.ceil(typeof attempt === 'number' ? attempt : await attempt.at(account)));
    }
    return waits;
  };

  it('holds for an account with many names', async () => {
    const limiter = new FailedLoginLimiter('basic', { limit: 3 });
    expect(await failAs(limiter, ['jose', 'j.smith@example.com', 'employee 7', 'josé maria'], 'cn=u', '192.0.2.1')).toEqual([0, 0, 0, 300]);
  });

  it('holds for an account with many names from many addresses', async () => {
    const limiter = new FailedLoginLimiter('basic', { userLimit: 3 });
    for (const [name, address] of [
      ['a', '203.0.113.1'],
      ['b', '203.0.113.2'],
      ['c', '203.0.113.3'],
    ] as const)
      expect(await failAs(limiter, [name], 'cn=u', address)).toEqual([0]);
    expect(await failAs(limiter, ['d'], 'cn=u', '203.0.113.4')).toEqual([300]);
  });

  it('is not begun anew by a success with another account, whose name looks alike', async () => {
    const limiter = new FailedLoginLimiter('basic', { limit: 3, userLimit: 3 });
    const own = async (address: string) => {
      const attempt = await limiter.begin({ username: 'jose', address });
      if (typeof attempt === 'number' || (await attempt.at('cn=own')) > 0) return false;
      await attempt.succeeded();
      return true;
    };
    const guesses: number[] = [];
    for (let each = 0; each < 4; each++) {
      guesses.push(...(await failAs(limiter, ['José'], 'cn=victim', '203.0.113.9')));
      expect(await own('203.0.113.9')).toBe(true);
    }
    expect(guesses).toEqual([0, 0, 0, 300]);
    // Nor is an address familiar to one account because the other has been there.
    await own('203.0.113.10');
    expect(await failAs(limiter, ['josé'], 'cn=victim', '203.0.113.10')).toEqual([300]);
  });

  it('counts guesses at a user who has been there although the address is used up', async () => {
    jest.useFakeTimers();
    const limiter = new FailedLoginLimiter('basic', { limit: 3, addressLimit: 5 });
    await succeed(limiter, from('192.0.2.1'));
    for (let name = 0; name < 5; name++) await fail(limiter, { username: `nobody ${name}`, address: '192.0.2.1' }, 1);
    jest.advanceTimersByTime(200_000);
    expect(await fail(limiter, from('192.0.2.1'), 3)).toEqual([100, 100, 100]);
    jest.advanceTimersByTime(100_001);
    expect(await fail(limiter, { ...from('192.0.2.1'), username: 'bob' }, 1)).toEqual([0]);
    expect(await fail(limiter, from('192.0.2.1'), 1)).toEqual([200]);
    jest.useRealTimers();
  });
});

describe('the names that count as one', () => {
  const SPELLINGS = [
    'jose',
    'JOSE',
    'josé',
    'jose\u0301',
    'jo se',
    'jo  se',
    'jo-se',
    'jo.se.',
    'jo\u00adse',
    '\uff4aose',
    'jo_se',
    "jo'se",
    'jo\u00a0se',
  ];
  it.each(SPELLINGS)('are one for a directory: %j', async (spelling) => {
    const limiter = new FailedLoginLimiter('basic', { limit: 1 });
    await fail(limiter, { username: 'jose', address: '192.0.2.1' }, 1);
    expect(await fail(limiter, { username: spelling, address: '192.0.2.1' }, 1)).toEqual([300]);
  });

  it('are different where letters or digits differ, and where there are neither', async () => {
    const limiter = new FailedLoginLimiter('basic', { limit: 1 });
    for (const username of ['jose', 'jose2', 'josef', '用户', '用戶', '***', '+++'])
      expect(await fail(limiter, { username, address: '192.0.2.1' }, 1)).toEqual([0]);
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
