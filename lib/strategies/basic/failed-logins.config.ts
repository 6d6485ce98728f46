import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import * as z from 'zod';
import { fields, optional } from '../../config/schema.js';

/** What a limiter of failed logins must count: handed to `createLimiter`. */
export interface LimiterOptions {
  /** Tells the counters of one scheme and one kind from all others in a shared store. */
  readonly keyPrefix: string;
  /** How many failures are tolerated in one window. */
  readonly points: number;
  /** The length of a window in seconds. */
  readonly duration: number;
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
  readonly createLimiter?: (options: LimiterOptions) => RateLimiterAbstract;
}

const SECONDS = 'must be a number of seconds, from 1 to 604800';
const failures = z.int().min(1, { error: 'must be a whole number, at least 1' });

const createLimiter = z.custom<NonNullable<FailedLoginsConfig['createLimiter']>>(
  (value) => typeof value === 'function',
  'must be a function that returns a limiter of rate-limiter-flexible',
);

const limits = fields({
  limit: optional(failures),
  addressLimit: optional(failures),
  userLimit: optional(failures),
  // A week at most: longer than some timers can count, and than anybody should have to wait.
  window: optional(z.number().min(1, { error: SECONDS }).max(604_800, { error: SECONDS })),
  addressFrom: optional(z.enum(['socket', 'x-forwarded-for'])),
  createLimiter: optional(createLimiter),
});

/** The schema of a `failedLogins` field: a {@link FailedLoginsConfig}, or `false` for no limit. */
export const failedLoginsConfig = z.union([z.literal(false), limits], { error: explain }) satisfies z.ZodType<FailedLoginsConfig | false>;

/** Of two alternatives, an object can only have been meant to be the second: its mistakes are what is wrong. */
function explain(issue: z.core.$ZodRawIssue): string {
  const { input } = issue;
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  if (!isObject || issue.code !== 'invalid_union') return 'must be an object like { limit: 10 }, or false for no limit';
  return (issue.errors.at(-1) ?? []).map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
}
