import * as z from 'zod';
import { fields, optional, parseConfig, text } from '../config/schema.js';
import { AuthConfigurationError } from '../errors.js';
import type { Revocation, RevocationConfig } from './revocation.js';

/** The schema of the option `revocation`. */
export const revocationConfig = fields(() => ({
  onUnavailable: z.enum(['refuse', 'admit']),
  maxTokenLifetime: optional(
    z.number().min(1, 'must be a number of seconds, 1 or more').max(31_536_000, 'must be 31536000 seconds or less'),
  ),
})) satisfies z.ZodType<RevocationConfig>;

const moment = z.number().min(0).max(99_999_999_999, { error: 'must be seconds since the epoch, not milliseconds' });
const issuer = { issuer: optional(text) };
const SCHEMAS = {
  jti: fields(() => ({ jti: text, expiresAt: optional(moment), ...issuer })),
  sid: fields(() => ({ sid: text, ...issuer })),
  sub: fields(() => ({ sub: text, issuedBefore: optional(moment), ...issuer })),
} satisfies Readonly<Record<string, z.ZodType<Revocation>>>;

/** What a revocation is about. */
export type Subject = keyof typeof SCHEMAS;

/**
 * Checks a revocation.
 *
 * @throws AuthConfigurationError if it is about nothing, about several things, or a field is wrong.
 */
export function readRevocation(given: unknown): Revocation {
  const about = Object.keys(SCHEMAS).filter((name): name is Subject => typeof given === 'object' && given !== null && name in given);
  const [subject] = about;
  if (subject === undefined || about.length > 1)
    throw new AuthConfigurationError('AuthService.revoke() needs exactly one of jti, sid and sub.');
  return parseConfig<Revocation>(SCHEMAS[subject], given, 'AuthService.revoke()');
}
