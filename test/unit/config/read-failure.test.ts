import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeReadFailure } from '../../../lib/config/read-failure.js';

/** What reading the file throws. */
function failureOf(file: string): unknown {
  try {
    return readFileSync(file);
  } catch (error) {
    return error;
  }
}

describe('a file that cannot be read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'files-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is told with what its path is relative to', () => {
    expect(describeReadFailure('no/rules.toml', failureOf('no/rules.toml'))).toBe(
      `cannot read the file "no/rules.toml" (from ${process.cwd()}, the working directory): there is no such file.`,
    );
    expect(describeReadFailure(join(folder, 'no'), failureOf(join(folder, 'no')))).toBe(
      `cannot read the file "${folder}/no": there is no such file.`,
    );
  });

  it.each<[string, unknown, string]>([
    ['a directory', failureOf(folder), 'it is a directory.'],
    ['below a file', failureOf(join(import.meta.filename, 'x')), 'a part of its path is not a directory.'],
    ['forbidden', Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }), 'this process may not read it.'],
    ['no path at all', failureOf('/a\0'), 'the path has a NUL byte.'],
    ['something unheard of', Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }), 'EIO.'],
  ])('is told with the reason: %s', (_, error, reason) => {
    expect(describeReadFailure('/a', error)).toBe(`cannot read the file "/a": ${reason}`);
  });
});
