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
