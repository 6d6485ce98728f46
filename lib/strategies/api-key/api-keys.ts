import { timingSafeEqual } from 'node:crypto';
import { TomlDate } from 'smol-toml';
import * as z from 'zod';
import { fields, optional, text } from '../../config/schema.js';
import { checkTable, findTables } from '../../config/toml-tables.js';
import { AuthConfigurationError, type ConfigurationProblem } from '../../errors.js';
import { createPrincipal } from '../../principal.js';
import { type Accepted, accepted } from '../strategy.js';
import { digestIn, digestOf, isKeyId } from './api-key.js';

/** Where keys stand. */
export const KEY_PLACES: readonly (readonly string[])[] = [['auth', 'apiKeys']];

/** A key of the file: what it must match, until when, and whom it admits. */
export interface KnownKey {
  readonly digest: Buffer;
  /** Milliseconds since the epoch; Infinity for a key that does not expire. */
  readonly expires: number;
  readonly verdict: Accepted;
}

/** Compared with where no key of that identifier exists. No digest has a text of which it is known. */
const NOBODYS = Buffer.alloc(32);

/** The keys of one reading of the file. */
export class ApiKeys {
  constructor(private readonly byId: ReadonlyMap<string, KnownKey>) {}

  /** How many there are. */
  get size(): number {
    return this.byId.size;
  }

  /** The key of an identifier, if it is what was presented, expired or not. An unknown identifier takes the same work as a known one. */
  find(id: string, presented: string): KnownKey | undefined {
    const known = this.byId.get(id);
    const matches = timingSafeEqual(digestOf(presented), known?.digest ?? NOBODYS);
    return matches ? known : undefined;
  }
}

/**
 * Reads the keys from the text of a TOML file.
 *
 * @param file - the file's name, for messages.
 * @param scheme - what `Principal.scheme` says.
 * @throws AuthConfigurationError with every mistake: the file, the line and the field, never a value of `key`.
 */
export function readApiKeys(text: string, file: string, scheme: string): ApiKeys {
  const problems: ConfigurationProblem[] = [];
  const byId = new Map<string, KnownKey>();
  for (const table of findTables(text, { file, places: KEY_PLACES, noun: 'key' })) {
    const entry = checkTable(table, keyEntry, problems);
    if (entry === undefined) continue;
    if (byId.has(entry.id)) problems.push(table.problem('id', `"${entry.id}" is there already: each key has an id of its own`));
    byId.set(entry.id, toKnown(entry, scheme));
  }
  if (problems.length > 0) throw new AuthConfigurationError(problems);
  return new ApiKeys(byId);
}

function toKnown({ id, key, client = id, scopes = [], roles = [], expires }: z.output<typeof keyEntry>, scheme: string): KnownKey {
  const claims = { keyId: id, ...(expires !== undefined && { exp: Math.floor(expires / 1000) }) };
  const principal = createPrincipal({ scheme, method: 'apiKey', username: client, clientId: client, scopes, roles, claims });
  return { digest: key, expires: expires ?? Number.POSITIVE_INFINITY, verdict: accepted(principal) };
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

/** The schema of one `[[auth.apiKeys]]` table: what comes out has the digest of the key, and `expires` in milliseconds since the epoch. */
const keyEntry = fields(() => ({
  id: z.string().refine(isKeyId, 'must be 1 to 64 letters, digits, "-" or "_": it is the part of the key before the dot'),
  key: storedKey,
  client: optional(z.string().regex(CLIENT, 'must not be empty, and must have no control characters')),
  scopes: optional(z.array(text)),
  roles: optional(z.array(text)),
  expires: optional(expiry),
}));
