import { createHmac, randomBytes } from 'node:crypto';
import { type Clock, NEVER, SYSTEM_CLOCK } from '../../clock.js';
import type { CacheConfig } from '../../memory/cache-config.js';
import { VerdictMemory } from '../../memory/verdict-memory.js';
import type { Accepted } from '../strategy.js';
import { addressKey, type FamiliarPlace, placeLast } from './familiar-addresses.js';
import type { KnownUser } from './user-store.js';

/** A login that was verified. */
export interface VerifiedLogin {
  /** What the store said. */
  readonly user: KnownUser;
  readonly verdict: Accepted;
}

/** A login, and where it was verified. */
interface Entry extends VerifiedLogin {
  readonly places: Map<string, FamiliarPlace>;
}

const DEFAULTS: CacheConfig = { capacity: 1000, defaultMaxAge: 300 };

/**
 * Remembers verified logins without their passwords: under an HMAC with a key that only this process has,
 * so that a heap dump holds nothing that could be tried against a list of passwords elsewhere.
 *
 * A login is remembered for the addresses that it was verified from. Other clients would learn from a quick answer that a guess was
 * right, past every limit.
 */
export class LoginCache {
  private readonly secret = randomBytes(32);
  private readonly logins: VerdictMemory<Entry, string | undefined>;

  /** @param config - `false` remembers nothing. */
  constructor(config: CacheConfig | false = {}, clock: Clock = SYSTEM_CLOCK) {
    const accepted = config === false ? undefined : { ...DEFAULTS, ...config };
    this.logins = new VerdictMemory({ accepted, holds: isTrustedAt, clock });
  }

  /** What stands for credentials here; the whole credential goes in. */
  keyOf(credentials: string): string {
    return createHmac('sha256', this.secret).update(credentials).digest('base64');
  }

  /** The login remembered under `key` for an address, unless other passwords have been tried there too often. */
  get(key: string, address: string | undefined): VerifiedLogin | undefined {
    return this.logins.recall(key, address);
  }

  /** How often it was asked, and knew. */
  get lookups() {
    return this.logins.lookups;
  }

  /** Remembers a login for an address. */
  set(key: string, login: VerifiedLogin, address: string | undefined, place: FamiliarPlace): void {
    const places = this.logins.peek(key)?.places ?? new Map<string, FamiliarPlace>();
    placeLast(places, addressKey(address), place);
    this.logins.remember(key, { ...login, places }, NEVER);
  }

  /** Forgets one login. */
  delete(key: string): void {
    this.logins.forget(key);
  }

  /** Forgets everything. */
  clear(): void {
    this.logins.clear();
  }
}

function isTrustedAt({ places }: Entry, address: string | undefined): boolean {
  return places.get(addressKey(address))?.isTrusted === true;
}
