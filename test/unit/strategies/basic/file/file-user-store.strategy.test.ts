import { jest } from '@jest/globals';
import { FileUserStoreStrategy } from '../../../../../lib/strategies/basic/file/file-user-store.strategy.js';
import { makeUsersFile, type UsersFile } from '../../../../support/users-file.js';

describe('a scheme with a file of users', () => {
  let file: UsersFile;
  beforeEach(async () => {
    file = await makeUsersFile([{ username: 'alice', password: 'geheim' }]);
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  });
  afterEach(async () => {
    jest.useRealTimers();
    await file.remove();
  });

  const lines: string[] = [];
  const strategy = new FileUserStoreStrategy({ trustedProxies: [], warn: (line) => void lines.push(line) });

  it('takes no password in clear unless that is allowed', async () => {
    await expect(strategy.prepare({ path: file.path }, 'users')).rejects.toThrow('is not a known hash');
    const authenticator = await strategy.prepare({ path: file.path, allowPlainText: true }, 'users');
    await authenticator.close?.();
  });

  it.each<[object, string[]]>([
    [{ cacheConfig: { capacity: 10, evictionFactor: 0.5 } }, ['cacheConfig.evictionFactor']],
    [{ cacheConfig: { capacity: 10 } }, []],
    [{ cacheConfig: false }, []],
    [{}, []],
  ])('says which fields of %j have no effect', async (more, fields) => {
    lines.length = 0;
    const authenticator = await strategy.prepare({ path: file.path, allowPlainText: true, ...more } as never, 'users');
    await authenticator.close?.();
    expect(lines.filter((line) => line.includes('cacheConfig'))).toEqual(fields.map((field) => expect.stringContaining(field)));
  });

  it('watches its file until it is closed, and not at all where another field is wrong', async () => {
    const config = { path: file.path, allowPlainText: true };
    const authenticator = await strategy.prepare(config, 'users');
    expect(jest.getTimerCount()).toBe(1);
    await authenticator.close?.();
    expect(jest.getTimerCount()).toBe(0);
    const wrong = strategy.prepare({ ...config, failedLogins: { addressFrom: 'x-forwarded-for' } }, 'users');
    await expect(wrong).rejects.toThrow('trustedProxies');
    expect(jest.getTimerCount()).toBe(0);
  });
});
