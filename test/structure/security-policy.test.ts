import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const policy = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
const model = policy.slice(policy.indexOf('## Threat model'));

/** The rows of the tables, without their heads. */
const rows = model.split('\n').filter((line, index, lines) => /^\|(?!---)/.test(line) && !lines[index + 1]?.startsWith('|---'));

const testsOf = (text: string): readonly string[] => text.match(/[a-z0-9/.-]+\.test\.ts/g) ?? [];
const isThere = (path: string): boolean => existsSync(join(ROOT, path.startsWith('test/') ? path : join('test', path)));

it('SECURITY.md names no test that is not there', () => {
  expect(testsOf(policy).length).toBeGreaterThan(100);
  expect(testsOf(policy).filter((path) => !isThere(path))).toEqual([]);
});

it('each row of the threat model names a test in its last column', () => {
  expect(rows.length).toBeGreaterThan(100);
  expect(rows.filter((row) => testsOf(row.split('|').at(-2) ?? '').length === 0)).toEqual([]);
});

it('the threat model has no promise in a list, where no test would be asked for', () => {
  expect(model.split('\n').filter((line) => /^\s*([-*+]|\d+\.) /.test(line))).toEqual([]);
});
