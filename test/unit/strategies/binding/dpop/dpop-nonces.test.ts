import { DpopNonces } from '../../../../../lib/strategies/binding/dpop/dpop-nonces.js';
import { FakeClock } from '../../../../support/fake-clock.js';

const ROTATION = 120;

describe('the nonces of an application', () => {
  const nonces = () => {
    const clock = new FakeClock(1_800_000_000_000);
    return { clock, nonces: new DpopNonces(clock) };
  };

  it('are good while they are current, and as long again', () => {
    const { clock, nonces: made } = nonces();
    const first = made.current();
    clock.passes(ROTATION - 1);
    expect([made.current() === first, made.isGood(first)]).toEqual([true, true]);
    clock.passes(1);
    expect([made.current() === first, made.isGood(first)]).toEqual([false, true]);
    clock.passes(ROTATION - 1);
    expect(made.isGood(first)).toBe(true);
    clock.passes(1);
    expect(made.isGood(first)).toBe(false);
  });

  it('are kept for the other instances as long as they are good, and those of the others are asked for', async () => {
    const kept: unknown[] = [];
    const shared = { keep: (...args: unknown[]) => void kept.push(args), knows: async (nonce: string) => nonce === 'theirs' };
    const made = new DpopNonces(new FakeClock(), shared);
    expect(kept).toEqual([]);
    const first = made.current();
    expect(kept).toEqual([[first, 2 * ROTATION]]);
    expect([made.isGood(first), await made.isGood('theirs'), await made.isGood('invented')]).toEqual([true, true, false]);
  });

  it('are none that somebody invents, whatever the time', () => {
    const { clock, nonces: made } = nonces();
    for (const seconds of [0, ROTATION, ROTATION - 1, 10 * ROTATION]) {
      clock.passes(seconds);
      const current = made.current();
      for (const invented of ['', 'invented', `${current}x`, current.slice(1)]) expect(made.isGood(invented)).toBe(false);
      expect(made.isGood(current)).toBe(true);
    }
  });

  it('are not good for longer because nobody asked for a new one meanwhile', () => {
    const { clock, nonces: made } = nonces();
    const first = made.current();
    clock.passes(2 * ROTATION);
    expect(made.isGood(first)).toBe(false);
    expect(made.isGood(first)).toBe(false);
  });
});
