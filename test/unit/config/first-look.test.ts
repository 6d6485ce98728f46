import { FileChangingError } from '../../../lib/config/file-access.js';
import { NEW, OLD, setUp } from './watching.js';

const changing = async () => {
  throw new FileChangingError();
};

describe('the first look at files', () => {
  it('is taken again while they are being written', async () => {
    const { disk, watched } = setUp();
    disk.fails(changing);
    const value = watched.start();
    setTimeout(() => disk.fails(undefined), 120);
    expect(await value).toBe(OLD);
    expect(disk.looks).toBeLessThan(10);
  });

  it('fails in the end where the writing does not end, and says so', async () => {
    const { disk, watched } = setUp();
    disk.fails(changing);
    await expect(watched.start()).rejects.toThrow('cannot read the file "/f": it is being written to.');
    expect(disk.looks).toBe(40);
  });

  it('fails at once where they cannot be read or used', async () => {
    const { disk, watched } = setUp();
    disk.remove('/f');
    await expect(watched.start()).rejects.toThrow('cannot read the file "/f": there is no such file.');
    expect(disk.looks).toBe(1);
    const mistake = new Error('has a mistake');
    const broken = setUp(['/f'], () => {
      throw mistake;
    });
    await expect(broken.watched.start()).rejects.toBe(mistake);
  });

  it('need not be the first that uses them: without it they are used when they were left alone for four seconds', async () => {
    const whole = setUp();
    await whole.pass(4);
    expect(whole.used).toEqual([]);
    await whole.pass(1);
    expect(whole.used).toEqual([OLD]);
    const { disk, used, told, pass } = setUp(['/f', '/g']);
    await pass(1);
    disk.write('/g', NEW.trimEnd());
    await pass(4);
    expect(used).toEqual([]);
    await pass(1);
    expect([used, told]).toEqual([[`${OLD}|${NEW.trimEnd()}`], []]);
  });
});
