import { FailedLoginLimiter } from '../../../../lib/strategies/basic/login-limiter.js';
import { fail } from './failed-attempts.js';

const alice = { username: 'alice', address: '192.0.2.1' };

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

  it('are spelled in letters of any case and width', async () => {
    const limiter = new FailedLoginLimiter('basic', { limit: 3 });
    for (const username of ['ALICE', 'Alice', '\uff41lice']) await fail(limiter, { ...alice, username }, 1);
    expect(await fail(limiter, alice, 1)).toEqual([300]);
    expect(await fail(limiter, { ...alice, username: 'bob' }, 1)).toEqual([0]);
  });

  it.each([
    ['soft hyphens', 'al\u00adice'],
    ['zero-width spaces and joiners', 'a\u200bl\u200dice\ufeff'],
    ['compatibility letters in upper case', '\u{1d400}lice'],
  ])('include the name with %s, which a directory reads as the same', async (_, spelling) => {
    const limiter = new FailedLoginLimiter('basic', { limit: 2 });
    await fail(limiter, alice, 2);
    expect(await fail(limiter, { ...alice, username: spelling }, 1)).toEqual([300]);
  });

  it('have a sharp s or two letters, which are the same for a directory', async () => {
    const limiter = new FailedLoginLimiter('basic', { limit: 3 });
    for (const username of ['strauss', 'strau\u00df', 'STRAU\u1e9e']) await fail(limiter, { ...alice, username }, 1);
    expect(await fail(limiter, { ...alice, username: 'Strauss' }, 1)).toEqual([300]);
  });
});
