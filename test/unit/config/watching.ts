import type { FileAccess, Sighting } from '../../../lib/config/file-access.js';
import { textIn } from '../../../lib/config/file-contents.js';
import { WatchedFiles } from '../../../lib/config/watched-files.js';

export const OLD = '[[rules]]\ncontext = "/a"\npermissions = ["p"]\n\n[[rules]]\ncontext = "/b"\npermissions = ["q"]\n';
export const NEW =
  '[[rules]]\ncontext = "/a"\npermissions = ["r"]\n\n[[rules]]\ncontext = "/c"\nsecured = true\npermissions = ["s", "t"]\n';

/** A file system in memory, with a clock. */
export class FakeDisk implements FileAccess {
  now = 0;
  looks = 0;
  private readonly files = new Map<string, Omit<Sighting, 'bytes'> & { text: string }>();
  private trouble: (() => Promise<never>) | undefined;
  private count = 0;

  async look(path: string): Promise<Sighting> {
    this.looks++;
    if (this.trouble !== undefined) return this.trouble();
    const file = this.files.get(path);
    if (file === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' });
    return { ...file, bytes: Buffer.from(file.text) };
  }

  /** Writes to the file where it is. */
  write(path: string, text: string): void {
    const { identity = `${++this.count}`, target = path } = this.files.get(path) ?? {};
    this.files.set(path, { target, identity, state: `${++this.count}`, finished: false, settled: true, text });
  }

  /** Renames a finished file onto it. */
  rename(path: string, text: string): void {
    this.files.set(path, { target: path, identity: `${++this.count}`, state: `${++this.count}`, finished: true, settled: true, text });
  }

  /** Turns a symbolic link. */
  turn(path: string, target: string, text: string): void {
    this.files.set(path, { target, identity: `${++this.count}`, state: `${++this.count}`, finished: false, settled: true, text });
  }

  /** Does something else to the file, as a change of its mode is. */
  touch(path: string): void {
    const file = this.files.get(path);
    if (file !== undefined) this.files.set(path, { ...file, state: `${++this.count}`, finished: true });
  }

  remove(path: string): void {
    this.files.delete(path);
  }

  fails(trouble: (() => Promise<never>) | undefined): void {
    this.trouble = trouble;
  }
}

/** A trouble of the file system, by its code. */
export const error = (code: string) => async () => {
  throw Object.assign(new Error(code), { code });
};

/** Files that were not read before. */
export function setUp(files = ['/f'], parse = (texts: readonly string[]) => texts.join('|')) {
  const disk = new FakeDisk();
  for (const file of files) disk.write(file, OLD);
  const used: string[] = [];
  const told: string[] = [];
  const watched = new WatchedFiles({
    files,
    parse: (contents) => parse(files.map((file) => textIn(contents, file))),
    use: (text) => void used.push(text),
    onFailure: ({ message }) => void told.push(message),
    onRecovery: () => void told.push('good again'),
    access: disk,
    now: () => disk.now,
  });
  /** Looks once a second. */
  const pass = async (seconds: number) => {
    for (let each = 0; each < seconds; each++) {
      disk.now += 1000;
      await watched.look();
    }
  };
  return { disk, used, told, watched, pass };
}

/** Files that were read once. */
export const started = async (...given: Parameters<typeof setUp>) => {
  const parts = setUp(...given);
  await parts.watched.start();
  return parts;
};
