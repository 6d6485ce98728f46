import { type FileAccess, FileChangingError, type Sighting } from '../../../lib/config/file-access.js';
import { textIn } from '../../../lib/config/file-contents.js';
import { WatchedFiles } from '../../../lib/config/watched-files.js';

const OLD = '[[rules]]\ncontext = "/a"\npermissions = ["p"]\n\n[[rules]]\ncontext = "/b"\npermissions = ["q"]\n';
const NEW = '[[rules]]\ncontext = "/a"\npermissions = ["r"]\n\n[[rules]]\ncontext = "/c"\nsecured = true\npermissions = ["s", "t"]\n';

/** A file system in memory, with a clock. */
class FakeDisk implements FileAccess {
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

  remove(path: string): void {
    this.files.delete(path);
  }

  fails(trouble: (() => Promise<never>) | undefined): void {
    this.trouble = trouble;
  }
}

const error = (code: string) => async () => {
  throw Object.assign(new Error(code), { code });
};

function setUp(files = ['/f'], parse = (texts: readonly string[]) => texts.join('|')) {
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

const started = async (...given: Parameters<typeof setUp>) => {
  const parts = setUp(...given);
  await parts.watched.start();
  return parts;
};

describe('files that are read again', () => {
  it('are used when they were renamed into place and are the same at two looks', async () => {
    const { disk, used, pass } = await started();
    disk.rename('/f', NEW);
    await pass(1);
    expect(used).toEqual([]);
    await pass(1);
    expect(used).toEqual([NEW]);
    await pass(40);
    expect(used).toEqual([NEW]);
  });

  it('are used as soon when a symbolic link is turned', async () => {
    const { disk, used, pass } = await started();
    disk.turn('/f', '/..2026/f', NEW);
    await pass(2);
    expect(used).toEqual([NEW]);
  });

  it('are used four seconds after the last write was seen when they are written in their place', async () => {
    const { disk, used, pass } = await started();
    disk.write('/f', NEW);
    await pass(4);
    expect(used).toEqual([]);
    await pass(1);
    expect(used).toEqual([NEW]);
  });

  it('wait when they are written to after they were renamed, or after the link was turned', async () => {
    for (const place of [(disk: FakeDisk) => disk.rename('/f', OLD), (disk: FakeDisk) => disk.turn('/f', '/other', OLD)]) {
      const { disk, used, pass } = await started();
      place(disk);
      await pass(1);
      disk.write('/f', NEW.slice(0, 40));
      await pass(3);
      disk.write('/f', NEW);
      await pass(5);
      expect(used).toEqual([]);
    }
  });

  it('are never used half written, wherever the writer stops for four seconds', async () => {
    for (let cut = 0; cut < NEW.length; cut++) {
      const { disk, used, pass } = await started();
      disk.write('/f', '');
      await pass(1);
      disk.write('/f', NEW.slice(0, cut));
      await pass(4);
      disk.write('/f', NEW);
      await pass(60);
      expect(used).toEqual([NEW]);
    }
  });

  it('are never used half written when the same text is written anew, although the writer stops for half a minute', async () => {
    for (let cut = 0; cut < OLD.length; cut++) {
      const { disk, used, pass } = await started();
      disk.write('/f', OLD.slice(0, cut));
      await pass(30);
      disk.write('/f', OLD);
      await pass(60);
      expect(used).toEqual([]);
    }
  });

  it('wait longer for a writer whose pauses grow', async () => {
    const { disk, used, pass } = await started();
    const lines = NEW.split(/(?<=\n)/);
    for (const [index, seconds] of [4, 7, 13, 20].entries()) {
      disk.write('/f', lines.slice(0, index + 1).join(''));
      await pass(seconds);
    }
    expect(used).toEqual([]);
    disk.write('/f', NEW);
    await pass(32);
    expect(used).toEqual([NEW]);
  });

  it('are used in the end when they were shortened, or end without a line break, and say meanwhile why not yet', async () => {
    for (const shorter of [OLD.slice(0, 45), NEW.trimEnd()]) {
      const { disk, used, told, pass } = await started();
      disk.write('/f', shorter);
      await pass(30);
      expect(used).toEqual([]);
      expect(told).toEqual([expect.stringContaining('may not be complete')]);
      await pass(7);
      expect(used).toEqual([shorter]);
      expect(told.slice(1)).toEqual(['good again']);
    }
  });

  it.each([
    ['ENOENT', 'there is no such file'],
    ['EACCES', 'this process may not read it'],
    ['EISDIR', 'it is a directory'],
    ['ELOOP', 'its symbolic links lead in a circle'],
    ['EMFILE', 'EMFILE'],
  ])('stay as they were while the file system says %s, which is reported once and is over when it is over', async (code, reason) => {
    const { disk, used, told, pass } = await started();
    for (let outage = 0; outage < 2; outage++) {
      disk.fails(error(code));
      await pass(5);
      expect(told).toEqual([`cannot read the file "/f": ${reason}.`]);
      disk.fails(undefined);
      await pass(1);
      expect(told.splice(0)).toEqual([`cannot read the file "/f": ${reason}.`, 'good again']);
    }
    expect(used).toEqual([]);
    disk.fails(error(code));
    disk.rename('/f', NEW);
    await pass(3);
    disk.fails(undefined);
    await pass(2);
    expect(used).toEqual([NEW]);
  });

  it('stay as they were while they are deleted or empty', async () => {
    const { disk, used, told, pass } = await started();
    disk.remove('/f');
    await pass(10);
    disk.write('/f', ' \n');
    await pass(60);
    expect(used).toEqual([]);
    expect(told).toEqual(['cannot read the file "/f": there is no such file.', 'cannot read the file "/f": it is empty.']);
    disk.rename('/f', NEW);
    await pass(2);
    expect(used).toEqual([NEW]);
    expect(told.slice(2)).toEqual(['good again']);
  });

  it('are not told of while somebody writes to them', async () => {
    const { disk, used, told, pass } = await started();
    disk.fails(async () => {
      throw new FileChangingError();
    });
    await pass(3);
    disk.fails(undefined);
    await pass(1);
    expect([used, told]).toEqual([[], []]);
  });

  it('are tried again when they could not be used, once in half a minute, and at once when they change', async () => {
    let isPossible = false;
    const parse = ([text = '']: readonly string[]) => {
      if (text !== OLD && !isPossible) throw new Error('not now');
      return text;
    };
    const { disk, used, told, pass } = await started(['/f'], parse);
    disk.rename('/f', NEW);
    await pass(10);
    expect([used, told]).toEqual([[], ['not now']]);
    isPossible = true;
    await pass(30);
    expect([used, told]).toEqual([[NEW], ['not now', 'good again']]);
  });

  it('that belong together are used together', async () => {
    const pair = ([certificate, key]: readonly string[]) => {
      if (certificate !== key) throw new Error('do not belong together');
      return `${key}`;
    };
    const { disk, used, told, pass } = await started(['/cert', '/key'], pair);
    disk.rename('/cert', NEW);
    await pass(10);
    expect([used, told]).toEqual([[], ['do not belong together']]);
    disk.rename('/key', NEW);
    await pass(2);
    expect([used, told]).toEqual([[NEW], ['do not belong together', 'good again']]);
  });

  it('are looked at one after the other: a file system that hangs holds one thread', async () => {
    const { disk, pass, watched } = await started(['/a', '/b', '/c']);
    disk.looks = 0;
    disk.fails(() => new Promise(() => undefined));
    void watched.look();
    await new Promise((resolve) => setImmediate(resolve));
    expect(disk.looks).toBe(1);
    disk.fails(undefined);
    await pass(1);
    expect(disk.looks).toBe(4);
  });

  it('on a file system that hangs are reported once, are used when it answers again, and change nothing after the end', async () => {
    const answers: (() => void)[] = [];
    const disk = new FakeDisk();
    disk.write('/f', OLD);
    const used: string[] = [];
    const told: string[] = [];
    const access: FileAccess = {
      look: async (path) => {
        if (disk.now > 0) await new Promise<void>((resolve) => answers.push(resolve));
        return disk.look(path);
      },
    };
    const watched = new WatchedFiles({
      files: ['/f'],
      parse: (contents) => textIn(contents, '/f'),
      use: (text) => void used.push(text),
      onFailure: ({ message }) => void told.push(message),
      onRecovery: () => void told.push('good again'),
      interval: 5,
      access,
      now: () => disk.now,
    });
    const until = async (happens: () => boolean) => {
      for (const end = Date.now() + 10_000; !happens() && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(happens()).toBe(true);
    };
    await watched.start();
    disk.rename('/f', NEW);
    disk.now = 1;
    watched.watch();
    await until(() => answers.length > 0);
    disk.now = 6000;
    await until(() => told.length > 0);
    expect(told).toEqual(['the file system does not answer: /f cannot be read.']);
    for (let looks = 0; looks < 3; looks++) {
      await until(() => answers.length > 0 || used.length > 0);
      for (const answer of answers.splice(0)) answer();
    }
    await until(() => used.length > 0);
    expect([used, told.slice(1)]).toEqual([[NEW], ['good again']]);
    disk.rename('/f', OLD);
    await until(() => answers.length > 0);
    watched.close();
    for (const answer of answers.splice(0)) answer();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([used, answers, told.slice(2)]).toEqual([[NEW], [], []]);
  });
});
