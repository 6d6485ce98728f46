import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageOf } from './declarations.js';

/** @import { Plugin } from 'esbuild' */

const MOST_CONFIGURED = 'strategies/jwt/jwt.strategy.js';

/**
 * Leaves packages as imports, except those of `parts`, which become parts of the files.
 *
 * @param {readonly string[]} parts
 * @param {ReadonlySet<string>} installed - the packages that a user of this one has.
 * @returns {Plugin}
 */
export function packages(parts, installed) {
  return {
    name: 'packages',
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
        const name = packageOf(path);
        if (name.startsWith('node:') || parts.includes(name)) return undefined;
        if (installed.has(name)) return { path, external: true };
        throw new Error(`${importer} imports ${name}, which is neither a dependency nor a peer.`);
      });
    },
  };
}

/**
 * Reads the compiled modules. Each class defines its own name. Each other entry point, and each module that is imported when it is needed,
 * also imports the main entry point: the bundler makes one file for all modules that the same entry points and lazy modules reach, so that
 * everything that the main entry point loads is in one file, and not in one for each combination of them. For the same reason each module
 * that is imported when it is needed imports the strategy of JWT, which most applications configure.
 *
 * @param {string} dist
 * @param {string} main - the file of the main entry point.
 * @param {readonly string[]} others - the files of the entry points that are used beside it.
 * @returns {Plugin}
 */
export function compiledModules(dist, main, others) {
  const lazy = new Set(lazyModulesIn(dist));
  const beside = new Set([...others, ...lazy]);
  return {
    name: 'compiled-modules',
    setup({ onLoad }) {
      onLoad({ filter: /\.js$/ }, ({ path }) => {
        if (!path.startsWith(join(dist, '/'))) return undefined;
        const together = [...(beside.has(path) ? [main] : []), ...(lazy.has(path) ? [join(dist, MOST_CONFIGURED)] : [])];
        const imports = together.map((file) => `import ${JSON.stringify(file)};\n`);
        return { contents: [withClassNames(readFileSync(path, 'utf8')), ...imports].join('\n'), loader: 'js' };
      });
    },
  };
}

/** The modules that others import when they need them. The command line is used alone. @param {string} dist */
function lazyModulesIn(dist) {
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') && !file.startsWith('cli/'))
    .flatMap((file) => {
      const imports = readFileSync(join(dist, file), 'utf8').matchAll(/\bimport\((?:\/\*.*?\*\/ )?'(\.[^']+)'\)/g);
      return [...imports].map(([, name = '']) => join(dist, dirname(file), name));
    });
}

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
