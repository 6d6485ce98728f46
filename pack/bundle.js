import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { keepReachableDeclarations, packageOf } from './declarations.js';
import { licensesOf } from './licenses.js';

/**
 * Puts the modules that `npm run build:library` compiled into few files: one for each entry point, those that they share, and one for each part
 * that is loaded when it is configured. Node.js needs longer to open hundreds of files than to run them.
 *
 * `node pack/bundle.js` replaces the JavaScript in `dist`; `node pack/bundle.js <folder>` leaves `dist` as it is, and writes to the folder.
 */

/** The packages that become part of these files. All others stay packages, which are updated without a release of this one. */
const PARTS = ['zod'];

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const target = resolve(process.argv[2] ?? dist);
const { exports, bin, dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const compiled = join(dist, '/');
const installed = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)]);

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: [...Object.values(exports).flatMap((entry) => entry.default ?? []), ...Object.values(bin)],
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
  plugins: [
    {
      name: 'packages',
      setup({ onResolve }) {
        onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
          const name = packageOf(path);
          if (name.startsWith('node:') || PARTS.includes(name)) return undefined;
          if (installed.has(name)) return { path, external: true };
          throw new Error(`${importer} imports ${name}, which is neither a dependency nor a peer.`);
        });
      },
    },
    {
      name: 'class-names',
      setup({ onLoad }) {
        onLoad({ filter: /\.js$/ }, ({ path }) => {
          if (path.startsWith(compiled)) return { contents: withClassNames(readFileSync(path, 'utf8')), loader: 'js' };
          if (PARTS.some((name) => path.startsWith(join(root, 'node_modules', name, '/')))) return undefined;
          throw new Error(`${path} is not in dist.`);
        });
      },
    },
  ],
});

if (target === dist) {
  for (const file of javaScriptIn(dist)) rmSync(join(dist, file));
  const declarations = Object.values(exports).flatMap((entry) => entry.types ?? []);
  keepReachableDeclarations(
    dist,
    declarations.map((file) => join(root, file)),
    installed,
  );
}
for (const { path, contents } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}
writeFileSync(join(target, 'THIRD-PARTY-LICENSES.txt'), licensesOf(root, PARTS));

/**
 * Lets each class define its own name. The bundler renames a class that refers to itself, and one of two that have the same name; messages, the
 * policy and Nest's errors show the names. (The bundler's `keepNames` would also name each inner function each time when it is made: that is slow.)
 *
 * @param {string} text
 */
function withClassNames(text) {
  return text.replace(
    /^[\w\s=&]*\bclass (\w+)(?: extends [^{]+)? \{$/gm,
    (line, name) => `${line} static { Object.defineProperty(this, 'name', { value: '${name}', configurable: true }); }`,
  );
}

/** @param {string} folder */
function javaScriptIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.js(\.map)?$/.test(file));
}
