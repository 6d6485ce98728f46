/** What a limiter of failed logins must count: handed to `createLimiter`. */
export interface LimiterOptions {
  /** Tells the counters of one scheme and one kind from all others in a shared store. */
  readonly keyPrefix: string;
  /** How many failures are tolerated in one window. */
  readonly points: number;
  /** The length of a window in seconds. */
  readonly duration: number;
}

/** What a limiter answers. */
export interface LimiterAnswer {
  /** Milliseconds until the window ends. */
  readonly msBeforeNext: number;
}

/** A store of counters; every limiter of the package `rate-limiter-flexible` is one. */
export interface Limiter {
  /** Counts one failure under `key`. Rejects with `{ msBeforeNext }` when the points of the window are used up. */
  consume(key: string): Promise<LimiterAnswer>;
  /** Takes one failure back. */
  reward(key: string): Promise<unknown>;
  /** Forgets the failures of `key`. */
  delete(key: string): Promise<unknown>;
}

/** How many failed logins are answered before a caller must wait. */
export interface FailedLoginsConfig {
  /**
   * Failures of one user name from one address within a window; a success resets them.
   * @defaultValue 10
   */
  readonly limit?: number;
  /**
   * Failures of any user names from one address within a window.
   * @defaultValue 100
   */
  readonly addressLimit?: number;
  /**
   * Failures of one user name from all addresses within a window. When they are used up, the user gets in
   * from where it has been in before, but from nowhere new.
   * @defaultValue 100
   */
  readonly userLimit?: number;
  /**
   * Seconds after which failures are forgotten, counted from the first one.
   * @defaultValue 300
   */
  readonly window?: number;
  /**
   * Whose address counts: the connection's, or the last one in `X-Forwarded-For` that is not a trusted proxy's.
   * The header is believed only on connections from the module's `trustedProxies`.
   * @defaultValue 'socket'
   */
  readonly addressFrom?: 'socket' | 'x-forwarded-for';
  /**
   * Makes the limiters, to keep the counters somewhere that several processes share: a limiter of
   * `rate-limiter-flexible`. The default keeps a bounded number of them in memory.
   */
  readonly createLimiter?: (options: LimiterOptions) => Limiter;
}
