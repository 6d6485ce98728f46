import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { AuthUnavailableError } from '../../errors.js';
import { BoundedLimiter } from './bounded-limiter.js';
import type { FailedLoginsConfig, LimiterOptions } from './failed-logins.config.js';

/** Whose attempt it is. */
export interface Attempter {
  readonly username: string;
  /** Undefined where a header is checked outside a request: then only the name counts. */
  readonly address: string | undefined;
}

/** An attempt that may be made, counted as a failure until it is known to be none. */
export interface Attempt {
  /** The password was right: the failures before it are forgotten. */
  succeeded(): Promise<void>;
  /** Nobody knows whether it was right: it does not count. */
  abandoned(): Promise<void>;
}

/** Says when a caller must wait. */
export interface LoginLimiter {
  /** Seconds that a caller must wait, as far as that is known without asking anybody; 0 for none. */
  waitOf(attempter: Attempter): number;
  /** Counts an attempt before it is made, so that a thousand at once get no further than one after the other. A number is seconds to wait. */
  begin(attempter: Attempter): Promise<Attempt | number>;
  /** Drops the counters. */
  close(): void;
}

/** The keys of the three counters that an attempt may touch. */
interface Keys {
  readonly pair: string;
  readonly user: string;
  readonly address: string | undefined;
}

type Counter = readonly [limiter: RateLimiterAbstract, key: string];

const MAX_REMEMBERED = 20_000;

/** No limit at all. */
export const NO_LIMIT: LoginLimiter = Object.freeze({
  waitOf: () => 0,
  begin: () => Promise.resolve(UNCOUNTED),
  close: () => undefined,
});

const UNCOUNTED: Attempt = { succeeded: () => Promise.resolve(), abandoned: () => Promise.resolve() };

/**
 * Limits failed logins by user name and address together, by address, and by user name.
 *
 * The last one alone would let anybody lock a user out: so it keeps out only addresses that the user never came in from.
 */
export class FailedLoginLimiter implements LoginLimiter {
  private readonly pairs: RateLimiterAbstract;
  private readonly users: RateLimiterAbstract;
  private readonly addresses: RateLimiterAbstract;
  /** Until when a counter is known to be full, in milliseconds: what a remembered login is checked against, without I/O. */
  private readonly full = new LRUCache<string, number>({ max: MAX_REMEMBERED });
  /** The pairs of user and address that have logged in. */
  private readonly familiar = new LRUCache<string, true>({ max: MAX_REMEMBERED });

  constructor(scheme: string, config: FailedLoginsConfig = {}) {
    const { limit = 10, userLimit = 100, addressLimit = 100, window = 300 } = config;
    const create = config.createLimiter ?? ((options: LimiterOptions) => new BoundedLimiter(options));
    const make = (kind: string, points: number) => create({ keyPrefix: `failed-logins:${scheme}:${kind}`, points, duration: window });
    this.pairs = make('pair', limit);
    this.users = make('user', userLimit);
    this.addresses = make('address', addressLimit);
  }

  waitOf(attempter: Attempter): number {
    if (this.full.size === 0) return 0;
    const { pair, user } = keysOf(attempter);
    return this.remaining(pair) || (this.familiar.has(pair) ? 0 : this.remaining(user));
  }

  async begin(attempter: Attempter): Promise<Attempt | number> {
    const keys = keysOf(attempter);
    const counters = this.countersOf(keys);
    for (const counter of counters) {
      const wait = await this.count(counter);
      if (wait === 0) continue;
      // Whoever has used up the guesses at one name draws on the address no more: its neighbours have done nothing.
      await settle(counters.filter(([limiter]) => limiter === this.addresses && limiter !== counter[0]).map(giveBack));
      return wait;
    }
    const shared = counters.filter(([limiter]) => limiter !== this.pairs);
    return {
      succeeded: () => {
        this.familiar.set(keys.pair, true);
        return settle([this.pairs.delete(keys.pair), ...shared.map(giveBack)]);
      },
      abandoned: () => settle(counters.map(giveBack)),
    };
  }

  close(): void {
    for (const limiter of [this.pairs, this.users, this.addresses]) if (limiter instanceof BoundedLimiter) limiter.close();
    this.full.clear();
  }

  /** The address comes first: one that has used it up makes no more counters for names, which would displace those of others in memory. */
  private countersOf({ pair, user, address }: Keys): readonly Counter[] {
    const strangers: Counter[] = this.familiar.has(pair) ? [] : [[this.users, user]];
    const neighbours: Counter[] = address === undefined ? [] : [[this.addresses, address]];
    return [...neighbours, [this.pairs, pair], ...strangers];
  }

  /** Counts one attempt; returns the seconds to wait when there were too many. */
  private async count([limiter, key]: Counter): Promise<number> {
    try {
      await limiter.consume(key);
      return 0;
    } catch (refusal) {
      const wait = waitIn(refusal);
      if (wait === undefined) throw new AuthUnavailableError('The failed logins could not be counted.', { cause: refusal });
      this.full.set(key, Date.now() + wait);
      return wait / 1000;
    }
  }

  private remaining(key: string): number {
    const until = this.full.get(key);
    if (until === undefined) return 0;
    if (until > Date.now()) return (until - Date.now()) / 1000;
    this.full.delete(key);
    return 0;
  }
}

/** Digests: they are short however long a name is, and a shared store learns no names. */
function keysOf({ username, address }: Attempter): Keys {
  const name = folded(username);
  return {
    pair: digest(`pair\n${address ?? ''}\n${name}`),
    user: digest(`user\n${name}`),
    address: address === undefined ? undefined : digest(`address\n${address}`),
  };
}

/** Characters that a directory does not see in a name, soft hyphens and joiners among them. @see RFC 4518 §2.2 */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\ufffc]/gu;

/**
 * One text for all spellings that a directory takes for the same name: each of them would have guesses of its own.
 * Upper case last, in which a sharp s is two letters.
 *
 * @see RFC 4518 §2
 */
function folded(username: string): string {
  return username.normalize('NFKC').replace(UNSEEN, '').toLowerCase().toUpperCase().normalize('NFKC').replace(/\s+/gu, ' ').trim();
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function giveBack([limiter, key]: Counter): Promise<unknown> {
  return limiter.reward(key);
}

/** A counter that cannot be put back runs out by itself: no reason to refuse a login that was good. */
async function settle(work: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(work);
}

/** `consume` rejects with its result when there were too many, and with an error when the store failed. */
function waitIn(refusal: unknown): number | undefined {
  const wait = (refusal as { msBeforeNext?: unknown } | undefined)?.msBeforeNext;
  return typeof wait === 'number' ? Math.max(wait, 1) : undefined;
}
