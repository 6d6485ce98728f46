import { LRUCache } from 'lru-cache';
import { SYSTEM_CLOCK } from '../../clock.js';
import type { LimiterOptions } from './failed-logins.config.js';

/** A window in which attempts are counted. */
interface Window {
  count: number;
  /** Milliseconds of the clock. */
  readonly endsAt: number;
}

/** How many counters of about the same count a limiter keeps. */
const MAX_COUNTERS = 20_000;

/**
 * Counters in memory whose number is limited for any number of invented user names and addresses. A new counter replaces one with about the
 * same count: to remove a full counter, an attacker has to fill as many others.
 *
 * It has the methods of a limiter of `rate-limiter-flexible` that are used here; that package itself uses the wall clock.
 */
export class BoundedLimiter {
  private readonly points: number;
  private readonly duration: number;
  /** By the magnitude of the count: 1, 2 to 3, 4 to 7, … */
  private readonly tiers: LRUCache<string, Window>[] = [];
  private readonly topTier: number;

  constructor(
    { points, duration }: LimiterOptions,
    private readonly max = MAX_COUNTERS,
    private readonly now: () => number = SYSTEM_CLOCK.monotonic,
  ) {
    this.points = points;
    this.duration = duration * 1000;
    this.topTier = magnitudeOf(points + 1);
  }

  /** Counts; rejects with the time to wait when there were too many. */
  consume(key: string): Promise<{ readonly msBeforeNext: number }> {
    const now = this.now();
    const window = this.take(key) ?? { count: 0, endsAt: now + this.duration };
    window.count++;
    this.put(key, window);
    const result = { msBeforeNext: window.endsAt - now };
    return window.count > this.points ? Promise.reject(result) : Promise.resolve(result);
  }

  /** Takes one failure back, never more than were counted. */
  reward(key: string): Promise<void> {
    const window = this.take(key);
    if (window !== undefined && --window.count > 0) this.put(key, window);
    return Promise.resolve();
  }

  /** Forgets a counter. */
  delete(key: string): Promise<void> {
    this.take(key);
    return Promise.resolve();
  }

  /** How many counters there are. */
  get size(): number {
    return this.tiers.reduce((sum, tier) => sum + tier.size, 0);
  }

  /** Forgets every counter. */
  close(): void {
    this.tiers.length = 0;
  }

  private take(key: string): Window | undefined {
    const tier = this.tiers.find((each) => each.has(key));
    const window = tier?.get(key);
    tier?.delete(key);
    return window !== undefined && this.now() < window.endsAt ? window : undefined;
  }

  private put(key: string, window: Window): void {
    const magnitude = Math.min(magnitudeOf(window.count), this.topTier);
    while (this.tiers.length <= magnitude) this.tiers.push(new LRUCache({ max: this.max }));
    this.tiers[magnitude]?.set(key, window);
  }
}

function magnitudeOf(count: number): number {
  return 31 - Math.clz32(count);
}
