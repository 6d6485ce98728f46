import { type Clock, SYSTEM_CLOCK } from '../../clock.js';
import { AuthUnavailableError, isA } from '../../errors.js';
import type { SharedState, SharedStateAccess } from '../../memory/shared-state.js';
import { BoundedLimiter } from './bounded-limiter.js';
import type { Limiter, LimiterAnswer, LimiterOptions } from './failed-logins.config.js';

/** Limits failed logins in the shared state; by the counts of this process as well, where it may decide alone. */
export function sharedLimiter({ state, onUnavailable }: SharedStateAccess, options: LimiterOptions, clock: Clock = SYSTEM_CLOCK): Limiter {
  const shared = new SharedLimiter(state, options, clock);
  return onUnavailable.logins === 'local' ? new WithLocalCounts(shared, new BoundedLimiter(options)) : shared;
}

/** One counter in the shared state. */
interface Counter {
  /** Counts failures. */
  readonly count: string;
  /** Counts those that were taken back. */
  readonly back: string;
  /** Seconds until both end. */
  readonly ttl: number;
  /** Milliseconds until the window ends. */
  readonly msBeforeNext: number;
}

/**
 * Counters in a store that can only count up. Windows are aligned to the wall clock, so that all instances count in the same one. What is
 * taken back is counted beside; a counter that is forgotten is left to its end, and another one is counted in.
 */
class SharedLimiter implements Limiter {
  private readonly window: number;

  constructor(
    private readonly state: SharedState,
    private readonly options: LimiterOptions,
    private readonly clock: Clock,
  ) {
    this.window = options.duration * 1000;
  }

  async consume(key: string): Promise<LimiterAnswer> {
    const { count, back, ttl, msBeforeNext } = await this.counterOf(key);
    const { points } = this.options;
    const failures = await this.state.increment(count, ttl);
    // What was taken back matters only where the points seem to be used up.
    if (failures > points && failures - (await this.read(back)) > points) return Promise.reject({ msBeforeNext });
    return { msBeforeNext };
  }

  /** Never more than were counted. */
  async reward(key: string): Promise<void> {
    const { count, back, ttl } = await this.counterOf(key);
    const [failures, takenBack] = await Promise.all([this.read(count), this.read(back)]);
    if (takenBack < failures) await this.state.increment(back, ttl);
  }

  async delete(key: string): Promise<void> {
    const { name, ttl } = this.windowOf(key);
    await this.state.increment(`${name}:forgotten`, ttl);
  }

  private async counterOf(key: string): Promise<Counter> {
    const { name, ttl, msBeforeNext } = this.windowOf(key);
    const count = `${name}:${await this.read(`${name}:forgotten`)}`;
    return { count, back: `${count}:back`, ttl, msBeforeNext };
  }

  /** A key is kept for two windows: an instance whose clock is behind still finds it. */
  private windowOf(key: string): { readonly name: string; readonly ttl: number; readonly msBeforeNext: number } {
    const now = this.clock.wall();
    const number = Math.floor(now / this.window);
    const name = `${this.options.keyPrefix}:${key}:${number}`;
    return { name, ttl: 2 * this.options.duration, msBeforeNext: (number + 1) * this.window - now };
  }

  private async read(key: string): Promise<number> {
    const count = Number((await this.state.get(key)) ?? 0);
    if (!Number.isSafeInteger(count)) throw new AuthUnavailableError('A counter in the shared state is no number.');
    return count;
  }
}

/** Counts in this process, too: while the shared state is unavailable, these counts decide. */
class WithLocalCounts implements Limiter {
  constructor(
    private readonly shared: Limiter,
    private readonly local: BoundedLimiter,
  ) {}

  async consume(key: string): Promise<LimiterAnswer> {
    const answer = await this.local.consume(key);
    return (await whereAvailable(() => this.shared.consume(key))) ?? answer;
  }

  async reward(key: string): Promise<void> {
    await Promise.all([this.local.reward(key), whereAvailable(() => this.shared.reward(key))]);
  }

  async delete(key: string): Promise<void> {
    await Promise.all([this.local.delete(key), whereAvailable(() => this.shared.delete(key))]);
  }
}

async function whereAvailable<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isA(error, AuthUnavailableError)) return undefined;
    throw error;
  }
}
