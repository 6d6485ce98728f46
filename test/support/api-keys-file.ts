import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An API key, and how it stands in the file. */
export interface MadeKey {
  /** What the client sends. */
  readonly key: string;
  /** Its `[[auth.apiKeys]]` table. */
  readonly table: string;
}

/** Makes a key; `more` are further lines of its table. */
export function makeKey(id: string, ...more: readonly string[]): MadeKey {
  const key = `${id}.${randomBytes(32).toString('base64url')}`;
  const digest = createHash('sha256').update(key).digest('hex');
  return { key, table: ['[[auth.apiKeys]]', `id = "${id}"`, `key = "sha256:${digest}"`, ...more, ''].join('\n') };
}

/** A file of tables in a directory of its own. */
export interface TablesFile {
  readonly path: string;
  /** Puts another file in its place, as a whole. */
  write(...tables: readonly string[]): Promise<void>;
  remove(): Promise<void>;
}

/** Writes tables to a temporary Config.toml. */
export async function makeTablesFile(...tables: readonly string[]): Promise<TablesFile> {
  const directory = await mkdtemp(join(tmpdir(), 'keys-'));
  const path = join(directory, 'Config.toml');
  const write = async (...next: readonly string[]) => {
    await writeFile(`${path}.next`, next.join('\n'));
    await rename(`${path}.next`, path);
  };
  await write(...tables);
  return { path, write, remove: () => rm(directory, { recursive: true }) };
}
