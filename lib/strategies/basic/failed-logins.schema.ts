import * as z from 'zod';
import { chosen, fields, optional } from '../../config/schema.js';
import { isJsonObject } from '../../json-object.js';
import type { FailedLoginsConfig } from './failed-logins.config.js';

/** The limits unless configured. */
export const DEFAULT_LIMITS = {
  limit: 10,
  addressLimit: 100,
  userLimit: 100,
  window: 300,
  addressFrom: 'socket',
} as const satisfies FailedLoginsConfig;

const SECONDS = 'must be a number of seconds, from 1 to 604800';
const failures = z.int().min(1, { error: 'must be a whole number, at least 1' });

const createLimiter = z.custom<NonNullable<FailedLoginsConfig['createLimiter']>>(
  (value) => typeof value === 'function',
  'must be a function that returns a limiter of rate-limiter-flexible',
);

const limits = fields(() => ({
  limit: optional(failures),
  addressLimit: optional(failures),
  userLimit: optional(failures),
  // A week at most: some timers cannot count longer, and no user should have to wait longer.
  window: optional(z.number().min(1, { error: SECONDS }).max(604_800, { error: SECONDS })),
  addressFrom: optional(z.enum(['socket', 'x-forwarded-for'])),
  createLimiter: optional(createLimiter),
}));

/** The schema of a `failedLogins` field: a {@link FailedLoginsConfig}, or `false` for no limit. */
export const failedLoginsConfig = chosen<FailedLoginsConfig | false>((given) =>
  isJsonObject(given) ? limits : z.literal(false, { error: 'must be an object like { limit: 10 }, or false for no limit' }),
);
