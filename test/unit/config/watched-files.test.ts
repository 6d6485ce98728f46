import { type FakeDisk, NEW, OLD, started } from './watching.js';

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

  it('do not wait for a writer who came back after half a minute: it is another one', async () => {
    for (const [pause, seconds] of [
      [30, 30],
      [31, 4],
    ] as const) {
      const parse = ([text = '']: readonly string[]) => {
        if (text === 'broken\n') throw new Error('is broken');
        return text;
      };
      const { disk, used, pass } = await started(['/f'], parse);
      disk.write('/f', 'broken\n');
      await pass(pause);
      disk.write('/f', NEW);
      await pass(seconds);
      expect(used).toEqual([]);
      await pass(1);
      expect(used).toEqual([NEW]);
    }
  });

  it('wait no longer than half a minute for a writer who pauses for long, also where they seem to be cut off', async () => {
    const { disk, used, told, pass } = await started();
    disk.write('/f', NEW.slice(0, 20));
    await pass(20);
    disk.write('/f', NEW.trimEnd());
    await pass(30);
    expect([used, told]).toEqual([[], [expect.stringContaining('may not be complete')]]);
    await pass(1);
    expect(used).toEqual([NEW.trimEnd()]);
  });

  it('are used after four seconds with a shorter text that is no beginning, and without a line break where they had none', async () => {
    const { disk, used, told, pass } = await started();
    const other = NEW.slice(NEW.indexOf('/c'));
    disk.write('/f', other);
    await pass(5);
    expect(used).toEqual([other]);
    disk.rename('/f', 'a = 1');
    await pass(2);
    disk.write('/f', 'b = 22');
    await pass(5);
    expect([used.slice(1), told]).toEqual([['a = 1', 'b = 22'], []]);
  });

  it('are not taken for whole because something else is done to them, such as a change of their mode', async () => {
    const { disk, used, pass } = await started();
    disk.write('/f', NEW.slice(0, 45));
    await pass(1);
    disk.touch('/f');
    await pass(4);
    expect(used).toEqual([]);
  });

  it('are used as a set: those that did not change are not waited for, and one that seems to be cut off holds back the others', async () => {
    const { disk, used, pass } = await started(['/cert', '/key']);
    disk.rename('/key', NEW);
    await pass(2);
    expect(used).toEqual([`${OLD}|${NEW}`]);
    disk.write('/key', OLD);
    disk.write('/cert', NEW.trimEnd());
    await pass(30);
    expect(used).toHaveLength(1);
    await pass(6);
    expect(used.slice(1)).toEqual([`${NEW.trimEnd()}|${OLD}`]);
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
});
