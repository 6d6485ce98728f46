import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const FOLDER = 'test/bench';
const IMPORT = /from '((?:\.\.\/)+dist\/[^']+)\.js'|import\('((?:\.\.\/)+dist\/[^']+)\.js'\)/g;

/** The files of the benchmark, and what each imports of the build. */
const imports = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.js') && !file.includes('node_modules'))
  .flatMap((file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    return [...text.matchAll(IMPORT)].map(([, one, other]) => ({ file, path: join(FOLDER, file, '..', one ?? other ?? '') }));
  });

it('finds what the benchmark imports of the build', () => {
  expect(imports.length).toBeGreaterThan(5);
});

it.each(imports)('has a source for what $file imports: $path', ({ path }) => {
  expect(existsSync(join('lib', `${relative('dist', path)}.ts`))).toBe(true);
});
