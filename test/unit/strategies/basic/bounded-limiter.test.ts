import { jest } from '@jest/globals';
import { BoundedLimiter } from '../../../../lib/strategies/basic/bounded-limiter.js';

describe('the limiter in memory', () => {
  const options = { keyPrefix: 'x', points: 10, duration: 60 };
  const consume = (limiter: BoundedLimiter, key: string) =>
    limiter.consume(key).then(
      () => true,
      () => false,
    );

  it('keeps no more counters than it is allowed', async () => {
    const limiter = new BoundedLimiter(options, 3);
    for (let each = 0; each < 50; each++) await limiter.consume(`key ${each}`);
    expect(limiter.size).toBe(3);
    limiter.close();
    expect(limiter.size).toBe(0);
  });

  it('does not forget a full counter for any number of new ones', async () => {
    const limiter = new BoundedLimiter(options, 3);
    for (let each = 0; each < 10; each++) expect(await consume(limiter, 'victim')).toBe(true);
    for (let each = 0; each < 1000; each++) await limiter.consume(`invented ${each}`);
    expect(await consume(limiter, 'victim')).toBe(false);
  });

  it('never gives back more than was taken', async () => {
    const limiter = new BoundedLimiter({ ...options, points: 1 });
    for (let each = 0; each < 5; each++) await limiter.reward('key');
    expect(await consume(limiter, 'key')).toBe(true);
    expect(await consume(limiter, 'key')).toBe(false);
  });

  it('ends a window by the monotonic clock', async () => {
    let now = 0;
    const limiter = new BoundedLimiter({ ...options, points: 1 }, 10, () => now);
    await limiter.consume('key');
    const wallClock = jest.spyOn(Date, 'now').mockReturnValue(0);
    await expect(limiter.consume('key')).rejects.toEqual({ msBeforeNext: 60_000 });
    now += 60_000;
    expect(await consume(limiter, 'key')).toBe(true);
    wallClock.mockRestore();
  });
});
