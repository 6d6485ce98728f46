import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { keepReachableDeclarations } from './declarations.js';
import { licensesOf } from './licenses.js';
import { compiledModules, packages } from './plugins.js';

/**
 * Puts the modules that `npm run build:library` compiled into few files: one for each entry point, those that they share, and one for each part
 * that is loaded when it is configured. Node.js needs longer to open hundreds of files than to run them.
 *
 * `node pack/bundle.js` replaces the JavaScript in `dist`; `node pack/bundle.js <folder>` leaves `dist` as it is, and writes to the folder.
 */

/** The packages that become part of these files. All others stay packages, which are updated without a release of this one. */
const PARTS = ['zod', '@opentelemetry/api', 'fastest-levenshtein', 'ipaddr.js'];

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const target = resolve(process.argv[2] ?? dist);
const { exports, bin, dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const [main = '', ...others] = filesOf('default');
const installed = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)]);

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: [main, ...others, ...Object.values(bin)],
  outbase: 'dist',
  outdir: target,
  chunkNames: 'shared/[name]-[hash]',
  write: false,
  bundle: true,
  // A class is the same class in all entry points.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  sourcemap: true,
  sourcesContent: false,
  plugins: [packages(PARTS, installed), compiledModules(dist, main, others)],
  // An import for its effects puts modules into one file, although package.json says that no module has effects.
  logOverride: { 'ignored-bare-import': 'silent' },
});

if (target === dist) {
  for (const file of javaScriptIn(dist)) rmSync(join(dist, file));
  keepReachableDeclarations(dist, filesOf('types'), installed);
}
for (const { path, text } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, path.endsWith('.js') ? inAscii(text) : text);
}
writeFileSync(join(target, 'THIRD-PARTY-LICENSES.txt'), licensesOf(root, PARTS));

/**
 * Without the signs that comments have outside ASCII, as that of a section: the bundler escapes them in code. Node.js reads a file of ASCII in
 * half the time.
 *
 * @param {string} text
 */
function inAscii(text) {
  return text.replaceAll('§', 'section ').replace(/[^\0-\x7f]/g, '-');
}

/** The files of the entry points; the main one is the first. @param {'default' | 'types'} condition @returns {string[]} */
function filesOf(condition) {
  return Object.values(exports).flatMap((entry) => (entry[condition] === undefined ? [] : [join(root, entry[condition])]));
}

/** @param {string} folder */
function javaScriptIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.js(\.map)?$/.test(file));
}
