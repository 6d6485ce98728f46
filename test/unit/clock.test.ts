import { jest } from '@jest/globals';
import { earlier, isOver, LONG_AGO, later, momentAt, NEVER, present, remaining, SYSTEM_CLOCK } from '../../lib/clock.js';
import { FakeClock } from '../support/fake-clock.js';

describe('a moment on both clocks', () => {
  let clock: FakeClock;
  beforeEach(() => {
    clock = new FakeClock();
  });

  it('comes when the time has passed, and not before', () => {
    const end = later(present(clock), 5_000);
    clock.passes(4.999);
    expect([isOver(end, clock), remaining(end, clock)]).toEqual([false, 1]);
    clock.passes(0.001);
    expect([isOver(end, clock), remaining(end, clock)]).toEqual([true, 0]);
  });

  it('does not come later because the wall clock is set back', () => {
    const end = later(present(clock), 5_000);
    clock.setBy(-3600);
    expect(remaining(end, clock)).toBe(5_000);
    clock.passes(5);
    expect(isOver(end, clock)).toBe(true);
  });

  it('comes at once for a machine that was suspended for longer', () => {
    const end = later(present(clock), 5_000);
    clock.setBy(8 * 3600);
    expect(isOver(end, clock)).toBe(true);
  });

  it('is bound to the monotonic clock where it was given by the wall clock', () => {
    const end = momentAt(clock.wall() + 60_000, present(clock));
    clock.setBy(-3600);
    clock.passes(59);
    expect(isOver(end, clock)).toBe(false);
    clock.passes(1);
    expect(isOver(end, clock)).toBe(true);
  });

  it('may never come, or may have come long ago', () => {
    expect([isOver(NEVER, clock), isOver(LONG_AGO, clock)]).toEqual([false, true]);
    expect([later(NEVER, 1), momentAt(Number.POSITIVE_INFINITY, present(clock))]).toEqual([NEVER, NEVER]);
    expect(earlier(NEVER, LONG_AGO)).toEqual(LONG_AGO);
  });
});

it('the monotonic clock of this machine goes on while the time of day is set back', () => {
  const before = present(SYSTEM_CLOCK);
  const setBack = jest.spyOn(Date, 'now').mockReturnValue(before.wall - 3_600_000);
  const after = present(SYSTEM_CLOCK);
  setBack.mockRestore();
  expect(after.wall).toBe(before.wall - 3_600_000);
  expect(after.monotonic).toBeGreaterThanOrEqual(before.monotonic);
  expect(after.monotonic - before.monotonic).toBeLessThan(60_000);
});
