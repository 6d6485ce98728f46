import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FILE_SYSTEM, FileChangingError } from '../../../lib/config/file-access.js';
import { AuthConfigurationError } from '../../../lib/errors.js';
import { openCustomHeaders } from '../../../lib/outgoing/custom-headers.js';

describe('header fields from files', () => {
  let folder: string;
  let file: string;
  const warnings: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'headers-'));
    file = join(folder, 'token');
    warnings.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (customHeaders: object) => openCustomHeaders({ customHeaders: customHeaders as never }, (line) => warnings.push(line));

  it('are sent with their prefix and without the line break at the end, beside those of the config', async () => {
    writeFileSync(file, 'token-1\r\n\n');
    const headers = open({ Authorization: { file, prefix: 'Bearer ' }, 'X-Tenant': 'a' });
    expect(await headers()).toEqual({ authorization: 'Bearer token-1', 'x-tenant': 'a' });
  });

  it('need no promise where there is no file', () => {
    expect(open({ 'X-Tenant': 'a' })()).toEqual({ 'x-tenant': 'a' });
  });

  it('are read again when the file has changed, written in its place or renamed onto', async () => {
    writeFileSync(file, 'token-1\n');
    const headers = open({ a: { file } });
    expect(await headers()).toEqual({ a: 'token-1' });
    writeFileSync(file, 'token-2\n');
    expect(await headers()).toEqual({ a: 'token-2' });
    writeFileSync(`${file}.new`, 'token-3\n');
    renameSync(`${file}.new`, file);
    expect(await headers()).toEqual({ a: 'token-3' });
    expect(warnings).toEqual([]);
  });

  it('are read again when a link is turned, as kubelet does', async () => {
    const publish = (name: string, token: string) => {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'token'), token);
      symlinkSync(name, join(folder, '..data_tmp'));
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    publish('..2026_01', 'token-1');
    symlinkSync('..data/token', file);
    const headers = open({ a: { file } });
    expect(await headers()).toEqual({ a: 'token-1' });
    publish('..2026_02', 'token-2');
    rmSync(join(folder, '..2026_01'), { recursive: true });
    expect(await headers()).toEqual({ a: 'token-2' });
  });

  it.each([
    ['is missing', () => unlinkSync(file), 'there is no such file'],
    ['is empty', () => writeFileSync(file, '\n'), 'it is empty'],
    ['has two lines', () => writeFileSync(file, 'secret-1\nsecret-2\n'), 'line breaks or control characters'],
    ['has control characters', () => writeFileSync(file, 'secret\u0000'), 'line breaks or control characters'],
    ['is not UTF-8', () => writeFileSync(file, Buffer.from([0xff, 0xfe])), 'not UTF-8'],
  ])('keep the last good value while the file %s, and say so once, and when it is over', async (_name, spoil, why) => {
    writeFileSync(file, 'token-1');
    const headers = open({ a: { file } });
    spoil();
    for (let count = 0; count < 3; count++) expect(await headers()).toEqual({ a: 'token-1' });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(why);
    expect(warnings[0]).not.toMatch(/secret|token-1/);
    writeFileSync(file, 'token-2');
    expect(await headers()).toEqual({ a: 'token-2' });
    expect(warnings).toHaveLength(2);
    expect(warnings[1]).toContain('can be used again');
  });

  it.each([
    ['is missing', () => {}, 'there is no such file'],
    ['is empty', () => writeFileSync(file, ''), 'it is empty'],
    ['has a line break in the middle', () => writeFileSync(file, 'se\ncret'), 'line breaks'],
  ])('stop the boot while the file %s', (_name, prepare, why) => {
    prepare();
    const boot = () => open({ Authorization: { file } });
    expect(boot).toThrow(AuthConfigurationError);
    expect(boot).toThrow(/^customHeaders\.Authorization\.file: /);
    expect(boot).toThrow(why);
    expect(boot).not.toThrow('cret');
  });

  it('do not wait for a file system that hangs, and ask it one question at a time', async () => {
    writeFileSync(file, 'token-1');
    let looks = 0;
    const look = () => {
      looks++;
      return new Promise<never>(() => {});
    };
    const headers = openCustomHeaders({ customHeaders: { a: { file } } }, (line) => warnings.push(line), { ...FILE_SYSTEM, look });
    expect(await Promise.all([headers(), headers(), headers()])).toEqual([{ a: 'token-1' }, { a: 'token-1' }, { a: 'token-1' }]);
    expect([looks, warnings]).toEqual([1, []]);
  });

  it('keep the value while the file is being written, without a word, and are read again', async () => {
    writeFileSync(file, 'token-1');
    let isChanging = true;
    const look: typeof FILE_SYSTEM.look = (path, known) =>
      isChanging ? Promise.reject(new FileChangingError()) : FILE_SYSTEM.look(path, known);
    const headers = openCustomHeaders({ customHeaders: { a: { file } } }, (line) => warnings.push(line), { look });
    writeFileSync(file, 'token-2');
    expect(await headers()).toEqual({ a: 'token-1' });
    isChanging = false;
    expect(await headers()).toEqual({ a: 'token-2' });
    expect(warnings).toEqual([]);
  });
});
