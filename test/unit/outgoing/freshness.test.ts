import { present } from '../../../lib/clock.js';
import { Freshness } from '../../../lib/outgoing/freshness.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('published data', () => {
  const open = (life = 600) => {
    const clock = new FakeClock();
    return { clock, data: new Freshness(life, clock) };
  };

  it('are fetched again after 1, 2, 4, 8 and 16 seconds, and then every 30, while each fetch fails', () => {
    const { clock, data } = open();
    const pauses = Array.from({ length: 8 }, () => {
      data.failed();
      const { retryAfter } = data;
      clock.passes(retryAfter - 1);
      expect([data.isDue, data.isPausing]).toEqual([false, true]);
      clock.passes(1);
      expect([data.isDue, data.isPausing]).toEqual([true, false]);
      return retryAfter;
    });
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
  });

  it('begin with the first pause again after a success', () => {
    const { data } = open();
    expect([data.failed(), data.failed(), data.isFailing]).toEqual([true, false, true]);
    data.renewed();
    expect([data.isFailing, data.failed(), data.retryAfter]).toEqual([false, true, 1]);
  });

  it('are used without a fetch while they are fresh, and not a moment longer', () => {
    const { clock, data } = open();
    expect(data.isCalmAt(present(clock))).toBe(false);
    data.renewed();
    clock.passes(599);
    expect([data.isCalmAt(present(clock)), data.isDue]).toEqual([true, false]);
    clock.passes(1);
    expect([data.isCalmAt(present(clock)), data.isDue]).toEqual([false, true]);
  });

  it('are used for an hour more where they cannot be fetched, and then not at all', () => {
    const { clock, data } = open();
    expect(data.isGood).toBe(false);
    data.renewed();
    clock.passes(600 + 3599);
    data.failed();
    expect(data.isGood).toBe(true);
    clock.passes(1);
    expect([data.isGood, data.isBelieved, data.isCalmAt(present(clock))]).toEqual([false, false, false]);
  });

  it('are doubted at most every 30 seconds, and never after the end', () => {
    const { clock, data } = open();
    data.renewed();
    clock.passes(29);
    for (let report = 0; report < 3; report++) data.doubt();
    expect(data.isDue).toBe(false);
    clock.passes(1);
    expect(data.isDue).toBe(true);
    data.renewed();
    data.end();
    data.doubt();
    clock.passes(1e6);
    expect([data.isDue, data.isEnded]).toEqual([false, true]);
  });
});
