import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { LimiterOptions } from './failed-logins.config.js';

/** How many counters one limiter keeps; the least recently used goes first. */
const MAX_COUNTERS = 20_000;

/** A limiter in memory that cannot be made to grow without end by inventing user names or addresses. */
export class BoundedLimiter extends RateLimiterMemory {
  private readonly counters: LRUCache<string, true>;

  constructor(options: LimiterOptions, max = MAX_COUNTERS) {
    super(options);
    this.counters = new LRUCache<string, true>({
      max,
      dispose: (_, key, reason) => {
        if (reason !== 'set') void super.delete(key);
      },
    });
  }

  /** Counts, and remembers that there is a counter. */
  override consume(key: string): Promise<RateLimiterRes> {
    this.counters.set(key, true);
    return super.consume(key);
  }

  /** How many counters there are. */
  get size(): number {
    return this.counters.size;
  }

  /** Drops every counter and its timer. */
  close(): void {
    this.counters.clear();
  }
}
