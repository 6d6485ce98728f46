import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/**
 * Removes the declarations that no entry point reaches: they describe modules that are not in the tarball.
 *
 * @param {string} dist
 * @param {readonly string[]} entryPoints - the declaration files of the entry points.
 * @param {ReadonlySet<string>} installed - the packages that a user of this one has.
 * @throws Error if a declaration that stays imports another package.
 */
export function keepReachableDeclarations(dist, entryPoints, installed) {
  const reachable = new Set(entryPoints);
  // A set also visits what is added meanwhile.
  for (const file of reachable) for (const imported of importsOf(file, installed)) reachable.add(imported);
  for (const file of declarationsIn(dist)) if (!reachable.has(file)) rmSync(file);
}

/** The declarations that a file imports. @param {string} file @param {ReadonlySet<string>} installed */
function importsOf(file, installed) {
  const names = ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles.map(({ fileName }) => fileName);
  const foreign = names.find((name) => !/^(\.|node:)/.test(name) && !installed.has(packageOf(name)));
  if (foreign !== undefined)
    throw new Error(`${file} imports ${foreign}, which users of the package do not have: mark what needs it as @internal.`);
  return names.filter((name) => name.startsWith('.')).map((name) => join(dirname(file), name.replace(/\.js$/, '.d.ts')));
}

/** The package of an import: `@nestjs/core` of `@nestjs/core/injector`. @param {string} name */
export function packageOf(name) {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

/** @param {string} folder */
function declarationsIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.d.ts'))
    .map((file) => join(folder, file));
}
