import type { Clock, Moment } from '../clock.js';
import type { CacheConfig } from './cache-config.js';
import { credentialKey, VerdictCache } from './verdict-cache.js';

/** What was found out about a credential. */
export interface Finding {
  readonly verdict: { readonly outcome: string };
}

/** How much is remembered of a kind, and for how long; undefined for nothing. */
export type MemoryLimits = Pick<CacheConfig, 'capacity' | 'defaultMaxAge'> | undefined;

/** What a {@link VerdictMemory} is made of. */
export interface VerdictMemoryOptions<F, C> {
  /** How many accepted credentials are remembered, and for how long; undefined for none. */
  readonly accepted: MemoryLimits;
  /** The same for rejected ones. */
  readonly rejected?: MemoryLimits;
  /**
   * Whether a finding holds for a request.
   * @defaultValue always
   */
  readonly holds?: (finding: F, context: C) => boolean;
  readonly clock: Clock;
}

/**
 * Remembers what was found out about credentials, and counts how often it was asked and knew. Accepted and rejected credentials are
 * kept apart, so that a flood of bad ones displaces no good one.
 *
 * @typeParam C - what of a request decides whether a finding holds for it.
 */
export class VerdictMemory<F extends Finding, C = undefined> {
  private readonly accepted: VerdictCache<F> | undefined;
  private readonly rejected: VerdictCache<F> | undefined;
  private readonly holds: ((finding: F, context: C) => boolean) | undefined;
  private hits = 0;
  private misses = 0;

  constructor({ accepted, rejected, holds, clock }: VerdictMemoryOptions<F, C>) {
    this.accepted = accepted && new VerdictCache(accepted, clock);
    this.rejected = rejected && new VerdictCache(rejected, clock);
    this.holds = holds;
  }

  /** The key of a credential; empty if nothing is remembered anyway. */
  keyOf(credential: string): string {
    return this.isOff ? '' : credentialKey(credential);
  }

  /** The finding under `key`, if it holds for the request; the lookup is counted. @param now - the present unless given. */
  recall(key: string, context: C, now?: Moment): F | undefined {
    const finding = this.peek(key, now);
    if (finding === undefined || this.holds?.(finding, context) === false) {
      this.misses++;
      return undefined;
    }
    this.hits++;
    return finding;
  }

  /** The finding under `key`, for any request; the lookup is not counted. */
  peek(key: string, now?: Moment): F | undefined {
    return this.accepted?.get(key, now) ?? this.rejected?.get(key, now);
  }

  /** Remembers a finding until `end` at most (a number is milliseconds since the epoch). */
  remember(key: string, finding: F, end: number | Moment): void {
    const cache = finding.verdict.outcome === 'accepted' ? this.accepted : this.rejected;
    cache?.set(key, finding, end);
  }

  /** The lookups so far; undefined if nothing is remembered. */
  get lookups(): { readonly hits: number; readonly misses: number } | undefined {
    return this.isOff ? undefined : { hits: this.hits, misses: this.misses };
  }

  /** Forgets one credential. */
  forget(key: string): void {
    this.accepted?.delete(key);
    this.rejected?.delete(key);
  }

  /** Forgets everything. */
  clear(): void {
    this.accepted?.clear();
    this.rejected?.clear();
  }

  private get isOff(): boolean {
    return this.accepted === undefined && this.rejected === undefined;
  }
}
