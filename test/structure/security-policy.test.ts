import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

it('SECURITY.md names no test that is not there', () => {
  const named = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8').match(/[a-z0-9/.-]+\.test\.ts/g) ?? [];
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => !existsSync(join(ROOT, path.startsWith('test/') ? path : join('test', path))))).toEqual([]);
});
