import { type Clock, earlier, later, type Moment, present } from '../../clock.js';
import type { CacheConfig } from '../../memory/cache-config.js';
import { LookupTally } from '../../memory/lookup-tally.js';
import { VerdictCache } from '../../memory/verdict-cache.js';
import type { Verdict } from '../strategy.js';

/** Milliseconds for which a refusal is remembered at most: a token may become active, and a refusal costs its owner more than a question costs us. */
const REFUSAL_LIFE = 10_000;

/** What was found out about a token. */
export interface Finding {
  readonly verdict: Verdict;
  readonly holdsUntil: Moment;
}

/** Remembers findings. Refusals have a room of their own, so that a flood of bad tokens does not drive out the good ones. */
export class FindingMemory {
  private readonly admitted: VerdictCache<Finding>;
  private readonly refused: VerdictCache<Finding>;
  private readonly tally = new LookupTally();

  constructor(
    config: CacheConfig,
    private readonly clock: Clock,
  ) {
    this.admitted = new VerdictCache(config, clock);
    this.refused = new VerdictCache(config, clock);
  }

  /** What is known of the token with this key. */
  recall(key: string): Finding | undefined {
    return this.tally.count(this.admitted.get(key) ?? this.refused.get(key));
  }

  /** How often it was asked, and knew. */
  get lookups() {
    return this.tally.lookups;
  }

  /** Remembers a finding for as long as it holds. */
  keep(key: string, finding: Finding): void {
    if (finding.verdict.outcome === 'accepted') this.admitted.set(key, finding, finding.holdsUntil);
    else this.refused.set(key, finding, earlier(finding.holdsUntil, later(present(this.clock), REFUSAL_LIFE)));
  }

  /** Forgets everything. */
  clear(): void {
    this.admitted.clear();
    this.refused.clear();
  }
}
