import type { Clock } from '../../clock.js';
import { LookupTally } from '../../memory/lookup-tally.js';
import { credentialKey, VerdictCache } from '../../memory/verdict-cache.js';
import type { Accepted, Rejected } from '../strategy.js';
import type { JwtSettings } from './settings.js';
import type { VerificationKey } from './verification-key.js';

/** What was found out about a token: everything that a request with it is answered from. */
export interface CheckedToken {
  readonly verdict: Accepted | Rejected;
  /** The key that it was checked with. With another one nothing is known of it. */
  readonly key: VerificationKey;
  /** The `cnf` claim, which is checked against every request's own connection. */
  readonly confirmation: unknown;
  /** Until when this holds, in milliseconds since the epoch. */
  readonly until: number;
}

/** Remembers good tokens and, where the config asks for it, bad ones: apart, so that no flood of bad tokens displaces a good one. */
export class TokenMemory {
  private readonly good: VerdictCache<CheckedToken> | undefined;
  private readonly bad: VerdictCache<CheckedToken> | undefined;
  private readonly tally = new LookupTally();

  constructor({ cacheConfig, rejectedCacheConfig }: Pick<JwtSettings, 'cacheConfig' | 'rejectedCacheConfig'>, clock: Clock) {
    this.good = cacheConfig === false ? undefined : new VerdictCache(cacheConfig, clock);
    this.bad = rejectedCacheConfig === undefined ? undefined : new VerdictCache(rejectedCacheConfig, clock);
  }

  /** What stands for a token here: the whole token goes in. */
  digestOf(token: string): string {
    return this.good === undefined && this.bad === undefined ? '' : credentialKey(token);
  }

  /** What was found out about a token with this very key. */
  recall(digest: string, key: VerificationKey): CheckedToken | undefined {
    const known = this.good?.get(digest) ?? this.bad?.get(digest);
    return this.tally.count(known?.key === key ? known : undefined);
  }

  /** How often it was asked, and knew; undefined if it remembers nothing. */
  get lookups() {
    return this.good === undefined && this.bad === undefined ? undefined : this.tally.lookups;
  }

  /** Remembers what was found out about a token. */
  remember(digest: string, token: CheckedToken): void {
    const memory = token.verdict.outcome === 'accepted' ? this.good : this.bad;
    memory?.set(digest, token, token.until);
  }

  /** Forgets everything. */
  clear(): void {
    this.good?.clear();
    this.bad?.clear();
  }
}
