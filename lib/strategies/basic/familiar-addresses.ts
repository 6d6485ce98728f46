import { LRUCache } from 'lru-cache';
import { SYSTEM_CLOCK } from '../../clock.js';
import type { FailedLoginsConfig } from './failed-logins.config.js';
import { DEFAULT_LIMITS } from './failed-logins.schema.js';

/** What is known of a user at an address that it has logged in from. */
class Place {
  private doubts = 0;
  private since = Number.NEGATIVE_INFINITY;
  private isForgotten = false;

  constructor(
    private readonly limit: number,
    private readonly window: number,
    private readonly now: () => number,
  ) {}

  /** Whether what is remembered may be used here: not after other passwords have been tried at it as often as the limit says. */
  get isTrusted(): boolean {
    return !this.isForgotten && (this.doubts < this.limit || this.now() - this.since >= this.window);
  }

  /** Another password than a remembered one came for this user from here. */
  doubt(): void {
    const now = this.now();
    if (now - this.since >= this.window) {
      this.doubts = 0;
      this.since = now;
    }
    this.doubts++;
  }

  /** One of those passwords was right. */
  trust(): void {
    this.doubts = Math.max(0, this.doubts - 1);
  }

  /** Failures are no longer counted for it, so it must no longer be trusted either. */
  forget(): void {
    this.isForgotten = true;
  }
}

/** A place, as a login that was verified there sees it. */
export type FamiliarPlace = Pick<Place, 'isTrusted' | 'trust'>;

const MAX_USERS = 20_000;
/** The limit for one user, so that one account with many addresses does not displace those of other users. */
const MAX_ADDRESSES = 32;

/** Where users have logged in from since the process started. */
export class FamiliarAddresses {
  private readonly users: LRUCache<string, Map<string, Place>>;
  private readonly limit: number;
  private readonly window: number;

  /**
   * @param limit - how many other passwords may be tried at a user from an address it is familiar at, before nothing remembered counts there.
   * @param window - for how many seconds that is so.
   */
  constructor(
    { limit, window }: Required<Pick<FailedLoginsConfig, 'limit' | 'window'>> = DEFAULT_LIMITS,
    private readonly now: () => number = SYSTEM_CLOCK.monotonic,
    maxUsers = MAX_USERS,
  ) {
    this.limit = limit;
    this.window = window * 1000;
    this.users = new LRUCache({ max: maxUsers, dispose: forgetAll });
  }

  /** Whether a user has logged in from an address. */
  has(user: string, address: string | undefined): boolean {
    return this.users.get(user)?.has(addressKey(address)) ?? false;
  }

  /** A user has logged in from an address. */
  add(user: string, address: string | undefined): FamiliarPlace {
    const places = this.users.get(user) ?? new Map<string, Place>();
    this.users.set(user, places);
    const key = addressKey(address);
    const place = places.get(key) ?? new Place(this.limit, this.window, this.now);
    placeLast(places, key, place)?.forget();
    return place;
  }

  /** A password that is not remembered is being tried. It counts before its result is known. */
  doubt(user: string, address: string | undefined): void {
    this.users.get(user)?.get(addressKey(address))?.doubt();
  }

  /** Forgets everything. */
  clear(): void {
    this.users.clear();
  }
}

function forgetAll(places: Map<string, Place>): void {
  for (const place of places.values()) place.forget();
}

/** The key of an address; there is one for requests that have none. */
export function addressKey(address: string | undefined): string {
  return address ?? '';
}

/** Makes an entry the latest of a map, and returns what has to go for it. */
export function placeLast<V>(map: Map<string, V>, key: string, value: V): V | undefined {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MAX_ADDRESSES) return undefined;
  const [oldest] = map;
  if (oldest === undefined) return undefined;
  map.delete(oldest[0]);
  return oldest[1];
}
