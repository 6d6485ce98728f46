/** Counts how often a cache was asked, and knew. */
export class LookupTally {
  private hits = 0;
  private misses = 0;

  /** Counts a lookup, and hands on what it found. */
  count<T>(found: T | undefined): T | undefined {
    if (found === undefined) this.misses++;
    else this.hits++;
    return found;
  }

  /** The lookups so far. */
  get lookups() {
    return { hits: this.hits, misses: this.misses };
  }
}
