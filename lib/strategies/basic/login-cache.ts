import { createHmac, randomBytes } from 'node:crypto';
import type { CacheConfig } from '../cache-config.js';
import { LookupTally } from '../lookup-tally.js';
import type { Accepted } from '../strategy.js';
import { VerdictCache } from '../verdict-cache.js';
import type { KnownUser } from './user-store.js';

/** A login that was verified. */
export interface VerifiedLogin {
  /** The user name as it came. */
  readonly username: string;
  /** What the store said. */
  readonly user: KnownUser;
  readonly verdict: Accepted;
}

const DEFAULT_CAPACITY = 1000;
const DEFAULT_MAX_AGE = 300;

/**
 * Remembers verified logins without their passwords: under an HMAC with a key that nobody but this process ever has,
 * so that a heap dump holds nothing that could be tried against a list of passwords elsewhere.
 */
export class LoginCache {
  private readonly secret = randomBytes(32);
  private readonly logins: VerdictCache<VerifiedLogin>;
  private readonly tally = new LookupTally();

  constructor({ capacity = DEFAULT_CAPACITY, defaultMaxAge = DEFAULT_MAX_AGE }: CacheConfig = {}) {
    this.logins = new VerdictCache({ capacity, defaultMaxAge });
  }

  /** What stands for credentials here; the whole credential goes in. */
  keyOf(credentials: string): string {
    return createHmac('sha256', this.secret).update(credentials).digest('base64');
  }

  /** The login remembered under `key`, if there is one. */
  get(key: string): VerifiedLogin | undefined {
    return this.tally.count(this.logins.get(key));
  }

  /** How often it was asked, and knew. */
  get lookups() {
    return this.tally.lookups;
  }

  /** Remembers a login. */
  set(key: string, login: VerifiedLogin): void {
    this.logins.set(key, login, Number.POSITIVE_INFINITY);
  }

  /** Forgets one login. */
  delete(key: string): void {
    this.logins.delete(key);
  }

  /** Forgets everything. */
  clear(): void {
    this.logins.clear();
  }
}
