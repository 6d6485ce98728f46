import { type Clock, SYSTEM_CLOCK } from '../../clock.js';
import { AuthUnavailableError } from '../../errors.js';
import type { PromptState, SharedStateAccess } from '../../memory/shared-state.js';
import { whereAvailable } from '../../memory/where-available.js';
import { type Patience, UNLIMITED } from '../../outgoing/patience.js';
import type { AttemptLimiter, CountedAnswer } from './attempt-limiter.js';
import { BoundedLimiter } from './bounded-limiter.js';
import type { LimiterAnswer, LimiterOptions } from './failed-logins.config.js';

/** Limits failed logins in the shared state; by the counts of this process as well, where it may decide alone. */
export function sharedLimiter(
  { state, onUnavailable }: SharedStateAccess,
  options: LimiterOptions,
  clock: Clock = SYSTEM_CLOCK,
): AttemptLimiter {
  const shared = new SharedLimiter(state, options, clock);
  return onUnavailable.logins === 'local' ? new WithLocalCounts(shared, new BoundedLimiter(options)) : shared;
}

/** One counter in the shared state, in one window. */
interface Counter {
  /** Counts failures. */
  readonly count: string;
  /** Counts those that were taken back. */
  readonly back: string;
  /** How many were forgotten by the last success. */
  readonly forgotten: string;
  /** Seconds until all of it ends. */
  readonly ttl: number;
  /** Milliseconds until the window ends. */
  readonly msBeforeNext: number;
}

/**
 * Counters in a store that can only count up. Windows are aligned to the wall clock, so that all instances count in the same one. What is
 * taken back and what is forgotten stands beside the count, and matters only where the points seem to be used up: most attempts ask once.
 */
class SharedLimiter implements AttemptLimiter {
  private readonly window: number;

  constructor(
    private readonly state: PromptState,
    private readonly options: LimiterOptions,
    private readonly clock: Clock,
  ) {
    this.window = options.duration * 1000;
  }

  async consume(key: string, patience = UNLIMITED): Promise<LimiterAnswer> {
    const counter = this.counterOf(key);
    const { msBeforeNext } = counter;
    const { points } = this.options;
    // An attempt that is not made does not count.
    const giveBack = () => void this.takeBack(counter).catch(() => undefined);
    const failures = await patience.wait(() => this.state.increment(counter.count, counter.ttl, giveBack), giveBack);
    if (failures <= points) return { msBeforeNext };
    try {
      const taken = await patience.wait(() => this.takenFrom(counter));
      return failures - taken > points ? Promise.reject({ msBeforeNext }) : { msBeforeNext };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  reward(key: string): Promise<void> {
    return this.takeBack(this.counterOf(key));
  }

  async delete(key: string): Promise<void> {
    const { count, back, forgotten, ttl } = this.counterOf(key);
    const [failures, takenBack] = await Promise.all([this.read(count), this.read(back)]);
    if (failures > takenBack) await this.state.set(forgotten, String(failures - takenBack), ttl);
  }

  /** Never more than were counted. */
  private async takeBack(counter: Counter): Promise<void> {
    const [failures, taken] = await Promise.all([this.read(counter.count), this.takenFrom(counter)]);
    if (taken < failures) await this.state.increment(counter.back, counter.ttl);
  }

  private async takenFrom({ back, forgotten }: Counter): Promise<number> {
    const [takenBack, forgiven] = await Promise.all([this.read(back), this.read(forgotten)]);
    return takenBack + forgiven;
  }

  /** A key is kept for two windows: an instance whose clock is behind still finds it. */
  private counterOf(key: string): Counter {
    const now = this.clock.wall();
    const number = Math.floor(now / this.window);
    const count = `${this.options.keyPrefix}:${key}:${number}`;
    const msBeforeNext = (number + 1) * this.window - now;
    return { count, back: `${count}:back`, forgotten: `${count}:forgotten`, ttl: 2 * this.options.duration, msBeforeNext };
  }

  private async read(key: string): Promise<number> {
    const count = Number((await this.state.get(key)) ?? 0);
    if (!Number.isSafeInteger(count) || count < 0) throw new AuthUnavailableError('A counter in the shared state is no number.');
    return count;
  }
}

/**
 * Counts in this process, too: while the shared state is unavailable, these counts decide. A failure that was counted here alone must not be
 * taken back from the shared state when that is available again: there it would be the failure of another attempt.
 */
class WithLocalCounts implements AttemptLimiter {
  constructor(
    private readonly shared: AttemptLimiter,
    private readonly local: BoundedLimiter,
  ) {}

  async consume(key: string, patience?: Patience): Promise<CountedAnswer> {
    const { msBeforeNext } = await this.local.consume(key);
    const both = await whereAvailable(() => this.shared.consume(key, patience), undefined);
    if (both === undefined) return { msBeforeNext, countedBy: this.local };
    // The windows of the two counts end at different times. After the first end, nothing is taken back from either.
    return { msBeforeNext: Math.min(msBeforeNext, both.msBeforeNext) };
  }

  async reward(key: string): Promise<void> {
    await Promise.all([this.local.reward(key), whereAvailable(() => this.shared.reward(key), undefined)]);
  }

  async delete(key: string): Promise<void> {
    await Promise.all([this.local.delete(key), whereAvailable(() => this.shared.delete(key), undefined)]);
  }
}
