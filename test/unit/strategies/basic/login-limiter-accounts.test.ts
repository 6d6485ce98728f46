import { jest } from '@jest/globals';
import { FailedLoginLimiter } from '../../../../lib/strategies/basic/login-limiter.js';
import { fail, succeed } from './failed-attempts.js';

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
