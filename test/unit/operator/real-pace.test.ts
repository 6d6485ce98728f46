import { jest } from '@jest/globals';
import { REAL_PACE } from '../../../lib/operator/pace.js';

describe('real time', () => {
  afterEach(() => void jest.useRealTimers());

  it('counts seconds', () => {
    const before = performance.now() / 1000;
    const now = REAL_PACE.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThan(before + 60);
  });

  it('calls in a second, and not where that is cancelled', () => {
    jest.useFakeTimers();
    const calls: string[] = [];
    REAL_PACE.inASecond(() => void calls.push('kept'));
    REAL_PACE.inASecond(() => void calls.push('cancelled')).cancel();
    jest.advanceTimersByTime(999);
    expect(calls).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(calls).toEqual(['kept']);
  });
});
