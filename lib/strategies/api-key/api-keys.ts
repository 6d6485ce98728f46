import { timingSafeEqual } from 'node:crypto';
import { checkTable, findTables } from '../../config/toml-tables.js';
import { AuthConfigurationError, type ConfigurationProblem } from '../../errors.js';
import { createPrincipal } from '../../principal.js';
import { type Accepted, accepted } from '../strategy.js';
import { digestOf } from './api-key.js';
import { type KeyEntry, keyEntry } from './key-entry.js';

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

function toKnown({ id, key, client = id, scopes = [], roles = [], expires }: KeyEntry, scheme: string): KnownKey {
  const claims = { keyId: id, ...(expires !== undefined && { exp: Math.floor(expires / 1000) }) };
  const principal = createPrincipal({ scheme, method: 'apiKey', username: client, clientId: client, scopes, roles, claims });
  return { digest: key, expires: expires ?? Number.POSITIVE_INFINITY, verdict: accepted(principal) };
}
