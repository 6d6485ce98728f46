import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A user as it is written to a file. */
export interface WrittenUser {
  readonly username: string;
  readonly password: string;
  readonly scopes?: readonly string[];
  readonly roles?: readonly string[];
}

/** A Config.toml in a directory of its own. */
export interface UsersFile {
  readonly path: string;
  write(users: readonly WrittenUser[]): Promise<void>;
  remove(): Promise<void>;
}

/** The text of a file of users: JSON's strings and lists of strings are TOML's too. */
export function toToml(users: readonly WrittenUser[]): string {
  const entries = users.map((user) => Object.entries(user).map(([key, value]) => `${key} = ${JSON.stringify(value)}`));
  return entries.map((lines) => ['[[ballerina.auth.users]]', ...lines, ''].join('\n')).join('\n');
}

/** Writes users to a temporary Config.toml. */
export async function makeUsersFile(users: readonly WrittenUser[]): Promise<UsersFile> {
  const directory = await mkdtemp(join(tmpdir(), 'users-'));
  const path = join(directory, 'Config.toml');
  const write = (next: readonly WrittenUser[]) => writeFile(path, toToml(next));
  await write(users);
  return { path, write, remove: () => rm(directory, { recursive: true }) };
}

/** The value of an `Authorization` header. */
export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
