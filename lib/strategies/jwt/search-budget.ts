import { LRUCache } from 'lru-cache';
import { type Clock, isOver, LONG_AGO, later, type Moment, present, remaining } from '../../clock.js';

/** Milliseconds after which one name may be searched for again. */
const PAUSE_OF_NAME = 10_000;
/** How many searches may come at once, for all names together. */
const BURST = 5;
/** Milliseconds after which one more may come. */
const INTERVAL = 6_000;

/**
 * Bounds how often tokens may have the keys fetched: each `kid` once in 10 seconds, all of them together five times at once, and then once in six seconds. Every
 * fetch brings the whole set. So a key that the issuer publishes is known at most 10 seconds later, if a token of it comes and the endpoint answers: also
 * after any number of searches for invented names.
 */
export class SearchBudget {
  /** More names than the budget of all can add before the first one is free again. */
  private readonly searched = new LRUCache<string, Moment>({ max: 2 * BURST });
  /** When the whole burst is there again. */
  private fullAt = LONG_AGO;

  constructor(private readonly clock: Clock) {}

  /** Whether the keys may be fetched for the sake of `kid`; the search is then counted. */
  spend(kid: string | undefined): boolean {
    // No name counts as an empty one.
    const name = kid ?? '';
    const pause = this.searched.get(name);
    if (pause !== undefined && !isOver(pause, this.clock)) return false;
    const owed = Math.max(0, remaining(this.fullAt, this.clock));
    if (owed > (BURST - 1) * INTERVAL) return false;
    const now = present(this.clock);
    this.fullAt = later(now, owed + INTERVAL);
    this.searched.set(name, later(now, PAUSE_OF_NAME));
    return true;
  }
}
