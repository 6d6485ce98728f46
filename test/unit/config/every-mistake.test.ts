import { AuthConfigurationError } from 'nest-service-auth';
import { checkAll, checkEach } from '../../../lib/config/every-mistake.js';

const wrong = (path: string) => new AuthConfigurationError([{ path, message: 'is wrong' }]);

describe('the mistakes of several checks', () => {
  it('are thrown together, in the order of what was checked', async () => {
    const late = new Promise((_, reject) => setImmediate(() => reject(wrong('a'))));
    await expect(checkAll([late, Promise.resolve(1), Promise.reject(wrong('b'))])).rejects.toThrow(
      new AuthConfigurationError('a: is wrong\nb: is wrong'),
    );
    const check = (path: string) => {
      if (path !== 'good') throw wrong(path);
    };
    expect(() => checkEach(['a', 'good', 'b'], check)).toThrow(new AuthConfigurationError('a: is wrong\nb: is wrong'));
  });

  it('have the cause of the first, and one mistake alone is thrown as it is', async () => {
    const cause = new Error('no such module');
    class Missing extends AuthConfigurationError {}
    const missing = new Missing('needs a package', { cause });
    const fail = (error: unknown) => {
      throw error;
    };
    expect(() => checkEach([missing, wrong('b')], fail)).toThrow(expect.objectContaining({ cause }));
    let alone: unknown;
    try {
      checkEach([missing], fail);
    } catch (error) {
      alone = error;
    }
    expect(alone).toBe(missing);
    await expect(checkAll([Promise.reject(missing)])).rejects.toBe(missing);
  });

  it('give way to a failure of another kind', async () => {
    const defect = new TypeError('is not a function');
    await expect(checkAll([Promise.reject(wrong('a')), Promise.reject(defect)])).rejects.toBe(defect);
    const check = (path: string) => {
      throw path === 'b' ? defect : wrong(path);
    };
    expect(() => checkEach(['a', 'b'], check)).toThrow(defect);
  });

  it('are none: the results are returned in order', async () => {
    expect(await checkAll([Promise.resolve(1), 'two'])).toEqual([1, 'two']);
    expect(checkEach([1, 2], (item, index) => [item, index])).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });
});
