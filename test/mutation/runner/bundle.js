import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { constants, Script } from 'node:vm';
import { transform } from '@swc/core';
import { build } from 'esbuild';
import jestConfig from '../../../jest.config.js';

const [, swcOptions] = jestConfig.transform['^.+\\.ts$'];

/**
 * Puts test files and all of the project that they import into one script.
 *
 * @param {string} root - the folder with `lib` and `test`.
 * @param {readonly string[]} files - from `root`.
 * @returns {Promise<(file: string) => void>} evaluates a test file with fresh copies of all modules, in a fraction of the time that a
 *   test runner takes to load them.
 */
export async function bundleTests(root, files) {
  const outfile = join(root, 'bundled-tests.cjs');
  // Stryker replaces its process now and then: the next one finds the file.
  if (!existsSync(outfile)) await write(outfile, root, files);
  const source = `(function (require, module) {${readFileSync(outfile, 'utf8')}\n})`;
  const script = new Script(source, { filename: outfile, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER });
  const require = createRequire(outfile);
  return (file) => {
    const module = { exports: {} };
    script.runInThisContext()(require, module);
    module.exports[file]();
  };
}

/** @param {string} outfile @param {string} root @param {readonly string[]} files */
async function write(outfile, root, files) {
  const loaders = files.map((file) => `${JSON.stringify(file)}: () => require(${JSON.stringify(`./${file}`)})`);
  // Two processes of Stryker may write it at once.
  const written = `${outfile}.${process.pid}`;
  await build({
    stdin: { contents: `module.exports = {\n${loaders.join(',\n')}\n};`, resolveDir: root },
    outfile: written,
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    packages: 'external',
    keepNames: true,
    // A module of the project that a test imports without a name is loaded, too.
    ignoreAnnotations: true,
    plugins: [compiled(root)],
    logLevel: 'error',
  });
  renameSync(written, outfile);
}

/**
 * The test files in some folders, and some files by name, in that order; without those that have `!` before their name.
 *
 * @param {string} root
 * @param {readonly string[]} paths
 */
export function testFilesIn(root, paths) {
  const filesIn = (/** @type {string} */ path) => readdirSync(join(root, path), { recursive: true }).map((file) => `${path}/${file}`);
  const wanted = paths.filter((path) => !path.startsWith('!'));
  const files = wanted.flatMap((path) => (path.endsWith('.ts') ? path : filesIn(path).sort()));
  return [...new Set(files)].filter((file) => file.endsWith('.test.ts') && !paths.includes(`!${file}`));
}

/** Source as `npm test` compiles it. @param {string} root @returns {import('esbuild').Plugin} */
function compiled(root) {
  return {
    name: 'compiled',
    setup(onBuild) {
      onBuild.onResolve({ filter: /^nest-service-auth(\/\w+)?$/ }, ({ path }) => ({ path: join(root, 'lib', path.slice(18), 'index.ts') }));
      onBuild.onResolve({ filter: /^@jest\/globals$/ }, ({ path }) => ({ path, namespace: 'globals' }));
      onBuild.onLoad({ filter: /./, namespace: 'globals' }, () => ({ contents: 'export const { jest } = globalThis;' }));
      onBuild.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const { code } = await transform(readFileSync(path, 'utf8'), { ...swcOptions, filename: relative(root, path), swcrc: false });
        return { contents: apart(withoutKeptSchemas(withOwnPlace(code, path), relative(root, path))) };
      });
    },
  };
}

/** A file of tests finds others beside itself, not beside the bundle. @param {string} code @param {string} path */
function withOwnPlace(code, path) {
  return code.replaceAll('import.meta.dirname', JSON.stringify(dirname(path))).replaceAll('import.meta.filename', JSON.stringify(path));
}

/** What runs while a module is loaded belongs to no test, also where a test loads it with `import()`. @param {string} code */
function apart(code) {
  const id = 'globalThis.__stryker__.currentTestId';
  return `const loadedInTest = ${id};\n${id} = undefined;\n${code}\n;${id} = loadedInTest;`;
}

/** A schema that is made once would count for the first test that needs it, and for no other. @param {string} code @param {string} file */
function withoutKeptSchemas(code, file) {
  if (file !== join('lib', 'config', 'schema.ts')) return code;
  const changed = code.replace('all ??= shape();', 'all = shape(); schemas.clear();');
  if (changed === code && !code.includes('stryMutAct'))
    throw new Error(`${file} keeps its schemas in another way: change ${import.meta.filename}.`);
  return changed;
}
