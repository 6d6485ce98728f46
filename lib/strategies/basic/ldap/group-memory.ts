import { LRUCache } from 'lru-cache';
import { type Clock, SYSTEM_CLOCK } from '../../../clock.js';
import type { UserEntry } from './entries.js';

const CAPACITY = 1000;
/** Milliseconds. */
const MAX_AGE = 300_000;

/** Remembers the groups of users for five minutes, where the configuration asks for it (`userRolesCacheEnabled`). */
export class GroupMemory {
  private readonly groups: LRUCache<string, readonly string[]> | undefined;

  constructor(isOn: boolean, clock: Pick<Clock, 'monotonic'> = SYSTEM_CLOCK) {
    this.groups = isOn ? new LRUCache({ max: CAPACITY, ttl: MAX_AGE, ttlResolution: 0, perf: { now: clock.monotonic } }) : undefined;
  }

  /** The groups of a user: the remembered ones, otherwise what `ask` gives. */
  async of(user: UserEntry, ask: () => Promise<readonly string[]>): Promise<readonly string[]> {
    // One entry may have several login names, with different groups where these go by the login name.
    const key = JSON.stringify([user.dn, user.username]);
    const known = this.groups?.get(key);
    if (known !== undefined) return known;
    const groups = await ask();
    this.groups?.set(key, groups);
    return groups;
  }

  /** Forgets everything. */
  clear(): void {
    this.groups?.clear();
  }
}
