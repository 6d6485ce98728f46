import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import webpack from 'webpack';

/** @import { Project } from './project.js' */

/** What Nest itself loads only where it is installed: these bundlers must be told, with or without this package. */
const OPTIONAL_OF_NEST = /^(@nestjs\/(microservices|websockets|platform-\w+)|class-(validator|transformer))(\/|$)/;

/** In a bundle that is an ES module, what was CommonJS still calls require(). */
const REQUIRE = "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/**
 * Bundles the compiled application with everything in it, although the optional packages are not installed; starts the bundle in a folder
 * without node_modules, where it protects its routes.
 *
 * @param {Project} project @param {'module' | 'commonjs'} format
 */
export async function checkBundles(project, format) {
  for (const [bundler, bundle] of Object.entries({ esbuild: byEsbuild, webpack: byWebpack })) {
    const directory = join(project.directory, `../${format}-by-${bundler}`);
    mkdirSync(directory);
    const file = join(directory, format === 'module' ? 'main.mjs' : 'main.cjs');
    await bundle(project, format, file);
    await project.node([file], { directory });
    project.passed(`a bundle by ${bundler} protects its routes`);
  }
}

/** @param {Project} project @param {'module' | 'commonjs'} format @param {string} outfile */
async function byEsbuild(project, format, outfile) {
  await build({
    entryPoints: [project.path('dist/main.js')],
    absWorkingDir: project.directory,
    bundle: true,
    platform: 'node',
    // Otherwise esbuild numbers classes of the same name, and messages and the policy show that.
    keepNames: true,
    outfile,
    logLevel: 'silent',
    ...(format === 'module' ? { format: 'esm', banner: { js: REQUIRE } } : { format: 'cjs' }),
    plugins: [
      {
        name: 'optional-of-nest',
        setup: ({ onResolve }) => onResolve({ filter: OPTIONAL_OF_NEST }, ({ path, kind }) => external(path, kind)),
      },
    ],
  });
}

/** @param {string} path @param {string} kind */
function external(path, kind) {
  return kind === 'entry-point' || path.includes('platform-express') ? undefined : { path, external: true };
}

/** @param {Project} project @param {'module' | 'commonjs'} format @param {string} outfile */
async function byWebpack(project, format, outfile) {
  const compiler = webpack({
    mode: 'production',
    target: 'node',
    context: project.directory,
    entry: './dist/main.js',
    output: {
      path: join(outfile, '..'),
      filename: outfile.slice(outfile.lastIndexOf('/') + 1),
      ...(format === 'module' && { module: true }),
    },
    ...(format === 'module' && { experiments: { outputModule: true } }),
    optimization: { minimize: false },
    ignoreWarnings: [/Critical dependency/],
    plugins: [new webpack.IgnorePlugin({ checkResource: (path) => OPTIONAL_OF_NEST.test(path) && !path.includes('platform-express') })],
  });
  const stats = await promisify(compiler.run.bind(compiler))();
  await promisify(compiler.close.bind(compiler))();
  if (stats?.hasErrors() !== false) throw new Error(`${project.name}: webpack: ${stats?.toString({ all: false, errors: true })}`);
}
