import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FILE_SYSTEM, isSameFile } from '../../../lib/config/file-access.js';
import { resultOf } from '../../../lib/errors.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'looks-'));
  file = join(folder, 'file');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a look at a file', () => {
  it('sees a change that leaves size and time of writing as they were', async () => {
    writeFileSync(file, 'one');
    utimesSync(file, 1, 1);
    await sleep(2100);
    const first = await FILE_SYSTEM.look(file);
    expect(first.settled).toBe(true);
    expect(await FILE_SYSTEM.look(file, first)).toBe(first);
    writeFileSync(file, 'two');
    utimesSync(file, 1, 1);
    const second = await FILE_SYSTEM.look(file, first);
    expect(String(second.bytes)).toBe('two');
    expect(isSameFile(first, second)).toBe(false);
  });

  it('reads a file that is young again, because the clock of a file system may not show two changes', async () => {
    writeFileSync(file, 'one');
    const first = await FILE_SYSTEM.look(file);
    expect(first.settled).toBe(false);
    expect(await FILE_SYSTEM.look(file, first)).not.toBe(first);
  });

  it('tells a file that was renamed when it was finished from one that is written in its place', async () => {
    writeFileSync(`${file}.new`, 'one');
    await sleep(20);
    renameSync(`${file}.new`, file);
    expect((await FILE_SYSTEM.look(file)).finished).toBe(true);
    appendFileSync(file, 'two');
    expect((await FILE_SYSTEM.look(file)).finished).toBe(false);
  });

  it('sees where symbolic links lead', async () => {
    for (const name of ['one', 'two']) writeFileSync(join(folder, name), 'text');
    symlinkSync('one', join(folder, '..data'));
    symlinkSync('..data', file);
    const first = await FILE_SYSTEM.look(file);
    symlinkSync('two', join(folder, 'turned'));
    renameSync(join(folder, 'turned'), join(folder, '..data'));
    const second = await FILE_SYSTEM.look(file, first);
    expect([first.target, second.target].map((each) => each.slice(-3))).toEqual(['one', 'two']);
  });

  it.each([
    ['a directory', 'EISDIR', (path: string) => mkdirSync(path)],
    ['a link to itself', 'ELOOP', (path: string) => symlinkSync(path, path)],
    ['nothing', 'ENOENT', () => undefined],
    ['a named pipe without a writer', 'ENOTFILE', (path: string) => void execFileSync('mkfifo', [path])],
    ['a device without end', 'ENOTFILE', (path: string) => symlinkSync('/dev/zero', path)],
  ])('is refused at once where %s is', async (_, code, make) => {
    make(file);
    await expect(FILE_SYSTEM.look(file)).rejects.toMatchObject({ code });
  });

  it('leaves no file open, also where it is refused', async () => {
    writeFileSync(file, 'one');
    await FILE_SYSTEM.look(file);
    await FILE_SYSTEM.look(folder).catch(() => undefined);
    const open = Array.from({ length: 1024 }, (_, each) => resultOf(() => fstatSync(each).ino));
    for (const path of [file, folder]) expect(open).not.toContain(statSync(path).ino);
  });

  it.each(['target', 'identity', 'state'])('finds another file where its %s is another', (field) => {
    const facts = { target: '/f', identity: '1:2', state: '3:4:5', finished: true, settled: true };
    expect(isSameFile(facts, { ...facts, finished: false, settled: false })).toBe(true);
    expect(isSameFile(facts, { ...facts, [field]: 'another' })).toBe(false);
  });

  it('does not take for whole what is written to while it is read', async () => {
    const piece = 'x'.repeat(1_000_000);
    writeFileSync(file, piece);
    const outcomes = new Set<string>();
    for (let each = 0; each < 200 && !outcomes.has('ECHANGING'); each++) {
      const looking = FILE_SYSTEM.look(file).then(
        ({ bytes }) => (bytes.length % piece.length === 0 ? 'whole' : 'torn'),
        (error: { code?: string }) => error.code ?? 'another error',
      );
      await sleep(each % 4);
      appendFileSync(file, piece);
      outcomes.add(await looking);
      if (each % 20 === 0) writeFileSync(file, piece);
    }
    expect(outcomes).toContain('ECHANGING');
    expect(outcomes).not.toContain('torn');
  });
});
