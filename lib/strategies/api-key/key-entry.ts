import { TomlDate } from 'smol-toml';
import * as z from 'zod';
import { fields, optional, text } from '../../config/schema.js';
import { digestIn, isKeyId } from './api-key.js';

/** One `[[auth.apiKeys]]` table. */
export interface KeyEntry {
  /** The part of the key before the dot. */
  readonly id: string;
  /** The digest of the whole key. */
  readonly key: Buffer;
  /** The client that the key is for; several keys may be for one client. */
  readonly client?: string;
  readonly scopes?: readonly string[];
  readonly roles?: readonly string[];
  /** When the key expires, in milliseconds since the epoch. */
  readonly expires?: number;
}

const NOT_STORED = 'must be the SHA-256 digest of the key, "sha256:" and 64 hexadecimal digits. A key itself must not be in the file';
const CREATE = 'npx nest-service-auth create-api-key prints a new key and its table';
const NOT_A_DATE =
  'must be a TOML date (2027-01-31, from 00:00 UTC on) or a date-time with its offset (2027-01-31T12:00:00Z), without quotes';
/** Control characters could forge lines of a log. */
const CLIENT = /^[^\p{Cc}]+$/u;

const storedKey = text.transform((given, context) => {
  const digest = digestIn(given);
  if (digest !== undefined) return digest;
  context.addIssue(`${NOT_STORED}: ${CREATE}`);
  return z.NEVER;
});

const expiry = z.unknown().transform((given, context) => {
  // A date-time without an offset would mean another moment on each machine.
  if (given instanceof TomlDate && (given.isDate() || (given.isDateTime() && !given.isLocal()))) return given.getTime();
  context.addIssue(NOT_A_DATE);
  return z.NEVER;
});

/** The schema of a {@link KeyEntry}. */
export const keyEntry = fields({
  id: z.string().refine(isKeyId, 'must be 1 to 64 letters, digits, "-" or "_": it is the part of the key before the dot'),
  key: storedKey,
  client: optional(z.string().regex(CLIENT, 'must not be empty, and must have no control characters')),
  scopes: optional(z.array(text)),
  roles: optional(z.array(text)),
  expires: optional(expiry),
}) satisfies z.ZodType<KeyEntry>;
