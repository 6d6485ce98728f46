import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Clock, earlier, isOverAt, later, type Moment, momentAt, present, Reading, SYSTEM_CLOCK } from '../clock.js';
import type { CacheConfig } from './cache-config.js';

/** The key under which a verdict on a whole credential is kept: its SHA-256, so that a cache holds no credential. */
export function credentialKey(credential: string): string {
  return hash('sha256', credential, 'base64');
}

interface Entry<V> {
  readonly value: V;
  readonly end: Moment;
}

/** Remembers what was found out, for a bounded time and within a bounded number of entries; the least recently used goes first. */
export class VerdictCache<V> {
  private readonly entries: LRUCache<string, Entry<V>>;
  private readonly maxAge: number;
  private readonly reading: Reading;

  constructor(
    { capacity = 1000, defaultMaxAge = -1 }: Pick<CacheConfig, 'capacity' | 'defaultMaxAge'> = {},
    private readonly clock: Clock = SYSTEM_CLOCK,
  ) {
    this.reading = new Reading(clock);
    this.entries = new LRUCache({ max: capacity });
    this.maxAge = defaultMaxAge === -1 ? Number.POSITIVE_INFINITY : defaultMaxAge * 1000;
  }

  /** What is known for `key`, unless its time is over. @param now - the present unless given. */
  get(key: string, now?: Moment): V | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (!isOverAt(entry.end, now ?? this.reading.take())) return entry.value;
    this.entries.delete(key);
    return undefined;
  }

  /**
   * Remembers `value` until `end` (a number is milliseconds since the epoch), or less where the cache's own limit ends before.
   * What has expired already takes no other entry's place.
   */
  set(key: string, value: V, end: number | Moment): void {
    const now = present(this.clock);
    const given = typeof end === 'number' ? momentAt(end, now) : end;
    if (!isOverAt(given, now)) this.entries.set(key, { value, end: earlier(given, later(now, this.maxAge)) });
  }

  /** Forgets `key`. */
  delete(key: string): void {
    this.entries.delete(key);
  }

  /** Forgets everything. */
  clear(): void {
    this.entries.clear();
  }
}
