import { type FileAccess, FileChangingError } from '../../../lib/config/file-access.js';
import { textIn } from '../../../lib/config/file-contents.js';
import { WatchedFiles } from '../../../lib/config/watched-files.js';
import { eventually } from '../../support/eventually.js';
import { error, FakeDisk, NEW, OLD, started } from './watching.js';

describe('files that cannot be used', () => {
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

  it('are not reported while they are being written', async () => {
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
    let tries = 0;
    const parse = ([text = '']: readonly string[]) => {
      tries++;
      if (text !== OLD && !isPossible) throw new Error('not now');
      return text;
    };
    const { disk, used, told, pass } = await started(['/f'], parse);
    disk.rename('/f', NEW);
    tries = 0;
    await pass(2 + 29);
    expect([used, told, tries]).toEqual([[], ['not now'], 1]);
    await pass(1);
    expect([used, told, tries]).toEqual([[], ['not now'], 2]);
    isPossible = true;
    await pass(29);
    expect([used, told, tries]).toEqual([[], ['not now'], 2]);
    await pass(1);
    expect([used, told, tries]).toEqual([[NEW], ['not now', 'good again'], 3]);
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
    await watched.start();
    disk.rename('/f', NEW);
    disk.now = 1;
    watched.watch();
    await eventually(() => answers.length > 0);
    disk.now = 5001;
    await eventually(() => told.length > 0);
    expect(told).toEqual(['the file system does not answer: /f cannot be read.']);
    for (let looks = 0; looks < 3; looks++) {
      await eventually(() => answers.length > 0 || used.length > 0);
      for (const answer of answers.splice(0)) answer();
    }
    await eventually(() => used.length > 0);
    expect([used, told.slice(1)]).toEqual([[NEW], ['good again']]);
    disk.rename('/f', OLD);
    await eventually(() => answers.length > 0);
    watched.close();
    for (const answer of answers.splice(0)) answer();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([used, answers, told.slice(2)]).toEqual([[NEW], [], []]);
  });
});
