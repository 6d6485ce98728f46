import { appendFile, chmod, mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MadeKey, makeKey } from '../api-keys-file.js';
import { toToml } from '../users-file.js';

/** The files of one version. */
export type Texts = Readonly<Record<FileName, string>>;
type FileName = 'rules.toml' | 'users.toml' | 'keys.toml';

/** What a version of the files lets in. */
export interface Version {
  readonly texts: Texts;
  /** The password of alice in this version. */
  readonly password: string;
  /** The key that exists in this version only. */
  readonly key: string;
}

/** A key that every version lists, without any scope. */
const powerless = makeKey('powerless');
/** What a client sends that no rule may let through. */
export const POWERLESS = powerless.key;

/** Makes a version: its rule asks for a scope that only its own key has. */
export function versionOf(number: number): Version {
  const own: MadeKey = makeKey(`machine-${number}`, `scopes = ["v${number}"]`);
  const password = `password-${number}`;
  const rules = [
    `# version ${number}`,
    '[resource_access_control]',
    'default_access_allow = true',
    '',
    '[[resource.access_control]]',
    'context = "/ruled"',
    'secured = true',
    `scopes = ["v${number}"]`,
    'allowed_auth_handlers = ["machines"]',
    '',
  ].join('\n');
  const users = toToml([
    { username: 'alice', password },
    { username: 'bob', password: 'bob' },
  ]);
  return {
    texts: { 'rules.toml': rules, 'users.toml': users, 'keys.toml': [powerless.table, own.table].join('\n') },
    password,
    key: own.key,
  };
}

/** The place of the files, and how an operator replaces them. */
export class ReplacedFiles {
  private constructor(private readonly folder: string) {}

  static async create(texts: Texts): Promise<ReplacedFiles> {
    const folder = await mkdtemp(join(tmpdir(), 'replaced-'));
    const files = new ReplacedFiles(folder);
    // The application may be another user.
    await chmod(folder, 0o755);
    await mkdir(files.place);
    await files.each(texts, (path, text) => writeFile(path, text));
    return files;
  }

  path(name: FileName): string {
    return join(this.place, name);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  async renamed(texts: Texts): Promise<void> {
    await this.each(texts, async (path, text) => {
      await writeFile(`${path}.new`, text);
      await sleep(20);
      await rename(`${path}.new`, path);
    });
  }

  async overwritten(texts: Texts): Promise<void> {
    await this.each(texts, (path, text) => writeFile(path, text));
  }

  /** Half first, and the rest after a pause. */
  async inHalves(texts: Texts): Promise<void> {
    const half = (text: string) => Math.floor(text.length / 2);
    await this.each(texts, (path, text) => truncate(path).then(() => appendFile(path, text.slice(0, half(text)))));
    await sleep(2000);
    await this.each(texts, (path, text) => appendFile(path, text.slice(half(text))));
  }

  async deletedAndMade(texts: Texts): Promise<void> {
    await this.each(texts, (path) => rm(path));
    await sleep(3000);
    await this.overwritten(texts);
  }

  /** Readable for nobody meanwhile. */
  async withoutPermission(texts: Texts): Promise<void> {
    await this.each(texts, (path) => chmod(path, 0));
    await sleep(3000);
    await this.overwritten(texts);
    await sleep(2000);
    await this.each(texts, (path) => chmod(path, 0o644));
  }

  async withTheDirectory(texts: Texts): Promise<void> {
    await rm(this.place, { recursive: true });
    await sleep(3000);
    await mkdir(this.place);
    await this.each(texts, (path, text) => writeFile(path, text));
  }

  /** As Kubernetes does: each file is a link into `..data`, which is a link to the directory of a version. */
  async byKubernetes(texts: Texts): Promise<void> {
    const version = `..${process.hrtime.bigint()}`;
    await mkdir(join(this.place, version));
    for (const [name, text] of Object.entries(texts)) await writeFile(join(this.place, version, name), text);
    await symlink(version, join(this.place, '..data_tmp'));
    await rename(join(this.place, '..data_tmp'), join(this.place, '..data'));
    await this.each(texts, async (path, _text, name) => {
      await symlink(join('..data', name), `${path}.link`);
      await rename(`${path}.link`, path);
    });
  }

  private get place(): string {
    return join(this.folder, 'config');
  }

  private async each(texts: Texts, act: (path: string, text: string, name: string) => Promise<unknown>): Promise<void> {
    await Promise.all((Object.keys(texts) as FileName[]).map((name) => act(this.path(name), texts[name], name)));
  }
}
