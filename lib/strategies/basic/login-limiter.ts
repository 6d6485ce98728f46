import { createHash } from 'node:crypto';
import { SYSTEM_CLOCK } from '../../clock.js';
import { AuthUnavailableError } from '../../errors.js';
import type { SharedStateAccess } from '../../memory/shared-state.js';
import { Patience } from '../../outgoing/patience.js';
import { type AttemptLimiter, waitIn } from './attempt-limiter.js';
import { BoundedLimiter } from './bounded-limiter.js';
import { createLimiter } from './counters.js';
import type { FailedLoginsConfig, Limiter } from './failed-logins.config.js';
import { DEFAULT_LIMITS } from './failed-logins.schema.js';
import { FamiliarAddresses } from './familiar-addresses.js';
import { foldedName } from './user-name.js';

/** The user and the address of an attempt. */
export interface Attempter {
  readonly username: string;
  /** Undefined if a header is checked outside a request: then only the name is counted. */
  readonly address: string | undefined;
}

/** An attempt that may be made. It counts as a failure until it has succeeded. */
export interface Attempt {
  /**
   * Counts it for the account that the name turned out to mean, too: one account may have many names.
   * Returns the seconds to wait, 0 if the password may be tried.
   */
  at(account: string): Promise<number>;
  /** The password was correct: the earlier failures are reset. */
  succeeded(): Promise<void>;
  /** The password could not be checked: the attempt does not count. */
  abandoned(): Promise<void>;
}

/** Limits login attempts. */
export interface LoginLimiter {
  /** Counts an attempt before it is made, so that concurrent attempts are limited like consecutive ones. A number is the seconds to wait. */
  begin(attempter: Attempter): Promise<Attempt | number>;
  /** Drops the counters. */
  close(): void;
}

/** What counts. */
interface Limiters {
  readonly pairs: AttemptLimiter;
  readonly users: AttemptLimiter;
  readonly addresses: AttemptLimiter;
}

/** One counter to count in. */
interface Counter {
  readonly limiter: AttemptLimiter;
  readonly key: string;
}

/** A counter that has counted an attempt. */
interface Counted extends Counter {
  /** What has counted it: all of the limiter, or a part of it. */
  readonly by: Limiter;
  /** When its window ends, in milliseconds of the clock. */
  readonly until: number;
}

const UNCOUNTED: Attempt = {
  at: () => Promise.resolve(0),
  succeeded: () => Promise.resolve(),
  abandoned: () => Promise.resolve(),
};

/** No limit at all. */
export const NO_LIMIT: LoginLimiter = Object.freeze({ begin: () => Promise.resolve(UNCOUNTED), close: () => undefined });

/**
 * Limits failed logins by user and address together, by address, and by user.
 *
 * A limit by user alone would let anyone lock a user out, so it applies only to addresses where the user has never logged in. A user is
 * counted twice: by the name in the request, whether it exists or not, and by the account that was found for it.
 */
export class FailedLoginLimiter implements LoginLimiter {
  private readonly limiters: Limiters;

  constructor(
    scheme: string,
    config: FailedLoginsConfig = {},
    private readonly familiar = new FamiliarAddresses(),
    private readonly now: () => number = SYSTEM_CLOCK.monotonic,
    private readonly shared?: SharedStateAccess,
  ) {
    const { limit, userLimit, addressLimit, window } = { ...DEFAULT_LIMITS, ...config };
    const make = (kind: string, points: number) =>
      createLimiter(config, { keyPrefix: `failed-logins:${scheme}:${kind}`, points, duration: window }, shared);
    this.limiters = { pairs: make('pair', limit), users: make('user', userLimit), addresses: make('address', addressLimit) };
  }

  async begin(attempter: Attempter): Promise<Attempt | number> {
    const attempt = new CountedAttempt(this.limiters, this.familiar, attempter.address, new Patience(this.shared?.timeout), this.now);
    try {
      const wait = await attempt.begin(attempter.username);
      return wait > 0 ? wait : attempt;
    } catch (error) {
      await attempt.abandoned();
      throw error;
    }
  }

  close(): void {
    for (const limiter of Object.values(this.limiters)) if (limiter instanceof BoundedLimiter) limiter.close();
    this.familiar.clear();
  }
}

class CountedAttempt implements Attempt {
  private counted: readonly Counted[] = [];
  private readonly known: string[] = [];

  constructor(
    private readonly limiters: Limiters,
    private readonly familiar: FamiliarAddresses,
    private readonly address: string | undefined,
    private readonly patience: Patience,
    private readonly now: () => number,
  ) {}

  /**
   * Counts it for the address and for the name that came. The address comes first: when it is used up, it adds no more counters for
   * names, which could displace those of others in memory. At a familiar address the pair comes first, so that guesses at the user
   * count although the address is used up.
   */
  begin(username: string): Promise<number> {
    const own = this.countersOf(foldedName(username));
    const neighbours = this.address === undefined ? [] : [{ limiter: this.limiters.addresses, key: digest(`address\n${this.address}`) }];
    return this.countAll(own.length === 1 ? [...own, ...neighbours] : [...neighbours, ...own]);
  }

  at(account: string): Promise<number> {
    return this.countAll(this.countersOf(`account\n${account}`));
  }

  succeeded(): Promise<void> {
    for (const user of this.known) this.familiar.add(user, this.address);
    const { pairs } = this.limiters;
    return this.settle(() => this.counted.map((each) => (each.limiter === pairs ? each.by.delete(each.key) : this.giveBack(each))));
  }

  abandoned(): Promise<void> {
    return this.giveBackAll(() => true);
  }

  /** The pair, and the user where it has not been before. Digests: they are short however long a name is, and a shared store learns no names. */
  private countersOf(user: string): readonly Counter[] {
    this.known.push(user);
    const { pairs, users } = this.limiters;
    const pair = { limiter: pairs, key: digest(`pair\n${this.address ?? ''}\n${user}`) };
    return this.familiar.has(user, this.address) ? [pair] : [pair, { limiter: users, key: digest(`user\n${user}`) }];
  }

  /** Increments one counter after the other, up to the first that is full; returns the seconds to wait for it. */
  private async countAll(counters: readonly Counter[]): Promise<number> {
    for (const counter of counters) {
      const wait = await this.count(counter);
      if (wait === 0) continue;
      // When the guesses at one name are used up, they no longer count for the address: other users of it are not affected.
      await this.giveBackAll(({ limiter }) => limiter === this.limiters.addresses);
      return wait;
    }
    return 0;
  }

  private async count(counter: Counter): Promise<number> {
    try {
      const { msBeforeNext, countedBy: by = counter.limiter } = await counter.limiter.consume(counter.key, this.patience);
      this.counted = [...this.counted, { ...counter, by, until: this.now() + msBeforeNext }];
      return 0;
    } catch (refusal) {
      const wait = waitIn(refusal);
      if (wait === undefined) throw new AuthUnavailableError('The failed logins could not be counted.', { cause: refusal });
      return wait / 1000;
    }
  }

  private giveBackAll(isMeant: (counter: Counted) => boolean): Promise<void> {
    const given = this.counted.filter(isMeant);
    this.counted = this.counted.filter((each) => !given.includes(each));
    return this.settle(() => given.map((each) => this.giveBack(each)));
  }

  /** A counter that cannot be put back, or not in time, runs out by itself: no reason to refuse a login that was good. */
  private async settle(work: () => readonly Promise<unknown>[]): Promise<void> {
    await this.patience.wait(() => Promise.allSettled(work())).catch(() => undefined);
  }

  /** Not after its window: in the next one it would be a guess too many. */
  private async giveBack({ by, key, until }: Counted): Promise<void> {
    if (this.now() < until) await by.reward(key);
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
