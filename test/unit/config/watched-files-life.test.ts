import { setTimeout as sleep } from 'node:timers/promises';
import { textIn } from '../../../lib/config/file-contents.js';
import { WatchedFiles, type WatchedFilesOptions } from '../../../lib/config/watched-files.js';
import { eventually } from '../../support/eventually.js';
import { error, FakeDisk, NEW, OLD, started } from './watching.js';

const watchedWith = (options: Partial<WatchedFilesOptions<string>>) => {
  const disk = new FakeDisk();
  disk.write('/f', OLD);
  const used: string[] = [];
  const told: Error[] = [];
  const watched = new WatchedFiles<string>({
    files: ['/f'],
    parse: (contents) => textIn(contents, '/f'),
    use: (text) => void used.push(text),
    onFailure: (failure) => void told.push(failure),
    access: disk,
    ...options,
  });
  return { disk, used, told, watched };
};

describe('files that are watched', () => {
  it('are given four checks of their own length by the clock of the machine', async () => {
    const { disk, used, watched } = watchedWith({ interval: 50 });
    await watched.start();
    disk.write('/f', NEW);
    for (let looks = 0; looks < 3; looks++) await watched.look();
    expect(used).toEqual([]);
    await sleep(250);
    await watched.look();
    expect(used).toEqual([NEW]);
  });

  it('wait for their next try after they were not there in between', async () => {
    const { disk, used, pass } = await started();
    disk.write('/f', NEW);
    await pass(3);
    disk.fails(error('ENOENT'));
    await pass(1);
    disk.fails(undefined);
    await pass(3);
    expect(used).toEqual([]);
    await pass(1);
    expect(used).toEqual([NEW]);
  });

  it('need nobody who hears that they are valid again', async () => {
    const { disk, told, watched } = watchedWith({});
    await watched.start();
    disk.fails(error('EACCES'));
    await watched.look();
    disk.fails(undefined);
    await watched.look();
    expect(told.map(({ message }) => message)).toEqual(['cannot read the file "/f": this process may not read it.']);
  });

  it('that cannot be used are reported by an error, whatever was thrown', async () => {
    const { disk, told, watched } = watchedWith({
      parse: (contents) => {
        if (textIn(contents, '/f') === OLD) return OLD;
        throw 'is broken';
      },
    });
    await watched.start();
    disk.rename('/f', NEW);
    for (let looks = 0; looks < 2; looks++) await watched.look();
    expect(told).toEqual([new Error('is broken', { cause: 'is broken' })]);
    expect(told[0]?.cause).toBe('is broken');
  });

  it('change nothing and report nothing after the end, at whatever point that comes', async () => {
    const waiting: (() => void)[] = [];
    const recovered: string[] = [];
    let isSlow = false;
    const { disk, used, told, watched } = watchedWith({
      parse: async (contents) => {
        if (isSlow) await new Promise<void>((resolve) => waiting.push(resolve));
        return textIn(contents, '/f');
      },
      onRecovery: () => void recovered.push('good again'),
    });
    await watched.start();
    disk.fails(error('EACCES'));
    await watched.look();
    disk.fails(undefined);
    disk.rename('/f', NEW);
    isSlow = true;
    await watched.look();
    const parsing = watched.look();
    await eventually(() => waiting.length > 0);
    watched.close();
    for (const goOn of waiting) goOn();
    await parsing;
    disk.rename('/f', OLD);
    await watched.look();
    expect([used, told.length, recovered]).toEqual([[], 1, []]);
  });
});
