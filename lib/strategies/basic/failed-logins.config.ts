/** The settings of a limiter of failed logins, passed to `createLimiter`. */
export interface LimiterOptions {
  /** Separates the counters of one scheme and one kind from all others in a shared store. */
  readonly keyPrefix: string;
  /** How many failures are tolerated in one window. */
  readonly points: number;
  /** The length of a window in seconds. */
  readonly duration: number;
}

/** The answer of a limiter. */
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
   * Failures of one user name from all addresses within a window. When they are used up, the user is
   * admitted only from addresses where it has logged in before.
   * @defaultValue 100
   */
  readonly userLimit?: number;
  /**
   * Seconds after which failures are forgotten, counted from the first one.
   * @defaultValue 300
   */
  readonly window?: number;
  /**
   * Which address is counted: that of the connection, or the last one in `X-Forwarded-For` that does not belong to a trusted
   * proxy. The header is read only on connections from the module's `trustedProxies`.
   * @defaultValue 'socket'
   */
  readonly addressFrom?: 'socket' | 'x-forwarded-for';
  /**
   * Makes the limiters, to keep the counters in a store that several processes share: a limiter of
   * `rate-limiter-flexible`. By default they are in the `sharedState` of the module, or a bounded number of them in memory.
   */
  readonly createLimiter?: (options: LimiterOptions) => Limiter;
}
