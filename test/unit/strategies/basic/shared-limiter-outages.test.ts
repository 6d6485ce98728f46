import { setTimeout as delay } from 'node:timers/promises';
import { AuthUnavailableError } from '../../../../lib/errors.js';
import { BoundedState } from '../../../../lib/shared-state/bounded-state.js';
import { FailedLoginLimiter } from '../../../../lib/strategies/basic/login-limiter.js';
import { sharedLimiter } from '../../../../lib/strategies/basic/shared-limiter.js';
import { eventually } from '../../../support/eventually.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { LocalState } from '../../../support/local-state.js';

const options = { keyPrefix: 'failed-logins:people:pair', points: 3, duration: 60 };
const REFUSE = { logins: 'refuse', dpop: 'refuse' } as const;

describe('failed logins in a shared state that answers late', () => {
  /** Answers each question after a while. */
  class SlowState extends LocalState {
    asked = 0;
    constructor(private readonly seconds: number) {
      super();
    }
    override async get(key: string) {
      await delay(this.seconds * 1000);
      return super.get(key);
    }
    override async increment(key: string, ttl: number) {
      this.asked++;
      await delay(this.seconds * 1000);
      return super.increment(key, ttl);
    }
  }

  /** Counts nothing before it is told to. */
  class HeldState extends LocalState {
    counted = 0;
    release: () => void = () => undefined;
    private readonly released = new Promise<void>((resolve) => {
      this.release = resolve;
    });
    override async increment(key: string, ttl: number) {
      await this.released;
      this.counted++;
      return super.increment(key, ttl);
    }
  }

  it('wait no longer than the time-out, with all questions of an attempt together', async () => {
    const store = new SlowState(0.15);
    const state = new BoundedState(store, { timeout: 0.2, warn: () => undefined });
    const limiter = new FailedLoginLimiter('people', {}, undefined, undefined, { state, timeout: 0.2, onUnavailable: REFUSE });
    await expect(limiter.begin({ username: 'anne', address: '192.0.2.1' })).rejects.toThrow(AuthUnavailableError);
    expect(store.asked).toBeLessThan(3);
    expect(state.stats.breaker).toBe('closed');
  });

  it('do not count an attempt that was not made because the state could not say what was taken back', async () => {
    class ForgetfulState extends LocalState {
      failures = 0;
      override get(key: string) {
        return this.failures-- > 0 ? Promise.reject(new AuthUnavailableError('away')) : super.get(key);
      }
    }
    const state = new ForgetfulState();
    const limiter = sharedLimiter({ state, timeout: 0.25, onUnavailable: REFUSE }, options, new FakeClock());
    for (let attempt = 0; attempt < 3; attempt++) await limiter.consume('anne');
    state.failures = 1;
    await expect(limiter.consume('anne')).rejects.toThrow('away');
    await limiter.reward('anne');
    await expect(limiter.consume('anne')).resolves.toBeDefined();
    await expect(limiter.consume('anne')).rejects.toEqual({ msBeforeNext: 60_000 });
  });

  it('do not count attempts that were not made', async () => {
    const clock = new FakeClock();
    const store = new HeldState();
    const state = new BoundedState(store, { timeout: 0.25, warn: () => undefined, clock });
    const limiter = sharedLimiter({ state, timeout: 0.25, onUnavailable: REFUSE }, options, clock);
    for (let attempt = 0; attempt < 3; attempt++) await expect(limiter.consume('anne')).rejects.toThrow(AuthUnavailableError);
    clock.passes(1);
    await state.get('it is back');
    store.release();
    await eventually(() => store.counted === 6);
    for (let attempt = 0; attempt < 3; attempt++) await limiter.consume('anne');
    await expect(limiter.consume('anne')).rejects.toMatchObject({ msBeforeNext: expect.any(Number) });
  });
});

describe('failed logins while the shared state is unavailable', () => {
  const down = async (): Promise<never> => {
    throw new AuthUnavailableError('away');
  };
  const state = { add: down, get: down, set: down, increment: down };

  it('cannot be counted', async () => {
    await expect(sharedLimiter({ state, timeout: 0.25, onUnavailable: REFUSE }, options).consume('anne')).rejects.toThrow(
      AuthUnavailableError,
    );
  });

  it('are limited by the counts of this process, where that is configured', async () => {
    const limiter = sharedLimiter({ state, timeout: 0.25, onUnavailable: { ...REFUSE, logins: 'local' } }, options);
    for (let attempt = 0; attempt < 3; attempt++) await limiter.consume('anne');
    await expect(limiter.consume('anne')).rejects.toMatchObject({ msBeforeNext: expect.any(Number) });
    await limiter.reward('anne');
    await limiter.delete('anne');
    await expect(limiter.consume('anne')).resolves.toBeDefined();
  });
});

describe('a failure that was counted by this process alone', () => {
  const LOCAL = { ...REFUSE, logins: 'local' } as const;
  const attempter = { username: 'anne', address: '192.0.2.1' };

  /** A shared state that is away when it is told to be. */
  class FlakyState extends LocalState {
    isAway = false;
    override increment(key: string, ttl: number) {
      return this.isAway ? Promise.reject(new AuthUnavailableError('away')) : super.increment(key, ttl);
    }
  }

  function instanceOf(store: FlakyState, config: object) {
    return new FailedLoginLimiter('people', config, undefined, undefined, { state: store, timeout: 0.25, onUnavailable: LOCAL });
  }

  it.each(['abandoned', 'succeeded'] as const)('takes back no failure of others when it is %s', async (end) => {
    const store = new FlakyState();
    const config = { limit: 100, userLimit: 100, addressLimit: 3 };
    const [one, other] = [instanceOf(store, config), instanceOf(store, config)];
    for (const username of ['bert', 'carl', 'dora']) expect(typeof (await one.begin({ ...attempter, username }))).toBe('object');
    store.isAway = true;
    const attempt = await other.begin(attempter);
    store.isAway = false;
    expect(typeof attempt).toBe('object');
    if (typeof attempt === 'object') await attempt[end]();
    expect(await other.begin({ ...attempter, username: 'emil' })).toEqual(expect.any(Number));
  });

  it('differs from one that the shared state has counted, too, which is taken back from there, and forgotten there', async () => {
    const store = new FlakyState();
    const [one, other] = [instanceOf(store, { limit: 2 }), instanceOf(store, { limit: 2 })];
    for (const end of ['abandoned', 'abandoned', 'succeeded', 'succeeded'] as const) {
      const attempt = await one.begin(attempter);
      expect(typeof attempt).toBe('object');
      if (typeof attempt === 'object') await attempt[end]();
    }
    for (let time = 0; time < 2; time++) expect(typeof (await other.begin(attempter))).toBe('object');
    expect(await other.begin(attempter)).toEqual(expect.any(Number));
  });

  it('lasts until the first of the two windows ends', async () => {
    const clock = new FakeClock();
    clock.passes(20);
    const limiter = sharedLimiter({ state: new LocalState(), timeout: 0.25, onUnavailable: LOCAL }, options, clock);
    expect(await limiter.consume('anne')).toEqual({ msBeforeNext: 40_000 });
  });

  it('resets no failures of others at the pair', async () => {
    const store = new FlakyState();
    const [one, other] = [instanceOf(store, { limit: 2 }), instanceOf(store, { limit: 2 })];
    for (let time = 0; time < 2; time++) await one.begin(attempter);
    store.isAway = true;
    const attempt = await other.begin(attempter);
    store.isAway = false;
    if (typeof attempt === 'object') await attempt.succeeded();
    expect(await other.begin(attempter)).toEqual(expect.any(Number));
  });

  it('is taken back from this process', async () => {
    const store = new FlakyState();
    const one = instanceOf(store, { limit: 1 });
    store.isAway = true;
    for (let time = 0; time < 5; time++) {
      const attempt = await one.begin(attempter);
      expect(typeof attempt).toBe('object');
      if (typeof attempt === 'object') await attempt.abandoned();
    }
    await one.begin(attempter);
    expect(await one.begin(attempter)).toEqual(expect.any(Number));
  });
});
