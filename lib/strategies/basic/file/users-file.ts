import { MissingPackageError } from '../../../config/optional-package.js';
import { findEntries, parseToml } from '../../../config/toml.js';
import { AuthConfigurationError, type ConfigurationProblem, fieldError } from '../../../errors.js';
import { UnusableHashError } from '../password/password-hash.js';
import { readStoredPassword } from '../password/stored-password.js';
import { checkEntry, type UserEntry } from './user-entry.js';
import { type StoredUser, Users } from './users.js';

/** How a file of users is read. */
export interface UsersFileOptions {
  /** The file's name, for messages. */
  readonly file: string;
  readonly allowPlainText: boolean;
}

/** Where users may stand: Ballerina's place, and a shorter one. */
const PLACES: readonly (readonly string[])[] = [
  ['ballerina', 'auth', 'users'],
  ['auth', 'users'],
];

/** One entry and where it stands. */
interface Placed {
  readonly value: unknown;
  readonly label: string;
  readonly lineOf: (field?: string) => number | undefined;
}

/**
 * Reads the users from the text of a TOML file.
 *
 * @throws AuthConfigurationError with every mistake: the file, the line and the field, never a value.
 */
export async function readUsers(text: string, options: UsersFileOptions): Promise<Users> {
  const entries = findPlaced(text, options.file);
  const problems: ConfigurationProblem[] = [];
  const byName = new Map<string, StoredUser>();
  for (const entry of entries) {
    const report = (field: string | undefined, message: string) => problems.push(problem(options.file, entry, field, message));
    const checked = checkEntry(entry.value, report);
    if (checked === undefined) continue;
    if (byName.has(checked.username)) report('username', `"${checked.username}" is there already: a name belongs to one user`);
    const user = await toUser(checked, options.allowPlainText, report);
    if (user !== undefined) byName.set(checked.username, user);
  }
  if (problems.length > 0) throw new AuthConfigurationError(problems);
  return new Users(byName);
}

function findPlaced(text: string, file: string): Placed[] {
  const document = parseToml(text, (line, column, message) => fieldError('path', `${file}:${line}:${column}: ${message}`));
  return PLACES.flatMap((place) => {
    const found = place.reduce<unknown>((table, key) => (isTable(table) ? table[key] : undefined), document);
    if (found === undefined) return [];
    const name = place.join('.');
    if (!Array.isArray(found)) throw fieldError('path', `${file}: ${name} must be a list of tables: begin each user with [[${name}]]`);
    const lineOf = findEntries(text, place, found.length);
    return found.map((value: unknown, index) => ({ value, label: `${name}[${index}]`, lineOf: (field) => lineOf(index, field) }));
  });
}

async function toUser(
  { username, password, scopes, roles }: UserEntry,
  allowPlainText: boolean,
  report: (field: string, message: string) => void,
): Promise<StoredUser | undefined> {
  try {
    return { entry: { username, password, scopes, roles }, hash: await readStoredPassword(password, allowPlainText) };
  } catch (error) {
    if (!(error instanceof UnusableHashError || error instanceof MissingPackageError)) throw error;
    report('password', error.message);
    return undefined;
  }
}

function problem(file: string, { label, lineOf }: Placed, field: string | undefined, message: string): ConfigurationProblem {
  const line = lineOf(field?.replace(/\[.*$/, ''));
  const place = line === undefined ? file : `${file}:${line}`;
  return { path: 'path', message: `${place}: ${field === undefined ? label : `${label}.${field}`} ${message}` };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
