import { MissingPackageError } from '../../../config/optional-package.js';
import { checkTable, findTables } from '../../../config/toml-tables.js';
import { AuthConfigurationError, type ConfigurationProblem } from '../../../errors.js';
import { type PasswordHash, UnusableHashError } from '../password/password-hash.js';
import { readStoredPassword } from '../password/stored-password.js';
import { type StoredUser, Users, userEntry } from './users.js';

/** How a file of users is read. */
export interface UsersFileOptions {
  /** The file's name, for messages. */
  readonly file: string;
  readonly allowPlainText: boolean;
}

/** Where users may stand: Ballerina's place, and a shorter one. */
export const USER_PLACES: readonly (readonly string[])[] = [
  ['ballerina', 'auth', 'users'],
  ['auth', 'users'],
];

/**
 * Reads the users from the text of a TOML file.
 *
 * @throws AuthConfigurationError with every mistake: the file, the line and the field, never a value.
 */
export async function readUsers(text: string, options: UsersFileOptions): Promise<Users> {
  const problems: ConfigurationProblem[] = [];
  const byName = new Map<string, StoredUser>();
  for (const table of findTables(text, { file: options.file, places: USER_PLACES, noun: 'user' })) {
    const entry = checkTable(table, userEntry, problems);
    if (entry === undefined) continue;
    const { username } = entry;
    if (byName.has(username)) problems.push(table.problem('username', `"${username}" is there already: a name belongs to one user`));
    const hash = await readHash(entry.password, options.allowPlainText);
    if (typeof hash === 'string') problems.push(table.problem('password', hash));
    else byName.set(username, { entry: { scopes: [], roles: [], ...entry }, hash });
  }
  if (problems.length > 0) throw new AuthConfigurationError(problems);
  return new Users(byName);
}

/** A message where a password cannot be used. */
async function readHash(password: string, allowPlainText: boolean): Promise<PasswordHash | string> {
  try {
    return await readStoredPassword(password, allowPlainText);
  } catch (error) {
    if (!(error instanceof UnusableHashError || error instanceof MissingPackageError)) throw error;
    return error.message;
  }
}
