import { randomBytes } from 'node:crypto';
import { suggest } from '../config/nearest-name.js';
import { AuthConfigurationError, mistakesIn } from '../errors.js';
import { createKey, storedForm } from '../strategies/api-key/api-key.js';
import { readApiKeys } from '../strategies/api-key/api-keys.js';
import { type Command, UsageError } from './command.js';
import { readArguments } from './read-arguments.js';

const OPTIONS = ['id', 'client', 'scopes', 'roles', 'expires'] as const;
type Option = (typeof OPTIONS)[number];
type Given = Readonly<Partial<Record<Option, string>>>;

/** Only what TOML takes as a date, or as a date-time with an offset: the value is written without quotes. */
const DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?$/i;
const NOTE = 'The key is not stored anywhere: give it to the client now. Only the table belongs in the file, never the key.\n';

/** Creates an API key; prints it once, with its table for the file. */
export const createApiKey: Command = {
  usage: 'create-api-key [--id ID] [--client CLIENT] [--scopes SCOPE,…] [--roles ROLE,…] [--expires DATE]',
  summary: 'Makes an API key, and prints it once with its [[auth.apiKeys]] table for Config.toml.',
  async run(args, { output, notes }) {
    const given = optionsIn(args);
    const id = given.id ?? randomBytes(6).toString('hex');
    const key = createKey(id);
    const table = tableOf(given, id, storedForm(key));
    check(table, id, key);
    // The first line is not TOML: a file to which all of it was appended is refused, so that the key in clear is noticed.
    output.write(`Key: ${key}\n\n${table}`);
    notes.write(NOTE);
  },
};

function optionsIn(args: readonly string[]): Given {
  const options = Object.fromEntries(OPTIONS.map((name) => [name, { type: 'string' as const }]));
  const { values, positionals, given } = readArguments(args, options);
  const seen = new Set<string>();
  for (const { name, rawName, value } of given) {
    if (!isOption(name)) throw new UsageError(`${rawName} is not an option. ${suggest(rawName, OPTIONS.map(written))}`);
    if (seen.has(name)) throw new UsageError(`${rawName} is given twice. Separate several names by commas.`);
    if (!value) throw new UsageError(`${rawName} needs a value.`);
    seen.add(name);
  }
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is an argument without an option. Known: ${describeOptions()}.`);
  return values as Given;
}

function tableOf({ client, scopes, roles, expires }: Given, id: string, stored: string): string {
  if (expires !== undefined && !DATE.test(expires))
    throw new UsageError('--expires must be a date (2027-01-31, from 00:00 UTC on) or a date-time with its offset (2027-01-31T12:00:00Z).');
  // The name of a role may contain blanks, that of a scope may not.
  const lines = [
    '[[auth.apiKeys]]',
    `id = ${quoted(id)}`,
    client !== undefined && `client = ${quoted(client)}`,
    `key = ${quoted(stored)}`,
    scopes !== undefined && `scopes = ${list(scopes.split(/[,\s]+/))}`,
    roles !== undefined && `roles = ${list(roles.split(/\s*,\s*/))}`,
    expires !== undefined && `expires = ${expires}`,
  ];
  return `${lines.filter((line) => line !== false).join('\n')}\n`;
}

/** Reads the table as the application will read it. */
function check(table: string, id: string, key: string): void {
  try {
    const known = readApiKeys(table, 'the table', '').find(id, key);
    if (known === undefined || known.expires <= Date.now())
      throw new UsageError('--expires is in the past: the key would never be accepted.');
  } catch (error) {
    if (!(error instanceof AuthConfigurationError)) throw error;
    throw new UsageError(mistakesIn(error), { cause: error });
  }
}

function list(names: readonly string[]): string {
  return `[${names.map(quoted).join(', ')}]`;
}

/** JSON's strings are TOML's too. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function isOption(name: string): name is Option {
  return (OPTIONS as readonly string[]).includes(name);
}

function written(name: string): string {
  return `--${name}`;
}

function describeOptions(): string {
  return OPTIONS.map(written).join(', ');
}
