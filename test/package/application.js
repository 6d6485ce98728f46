import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** @import { Project } from './project.js' */

const OPTIONAL_PEERS = ['ldapts', '@node-rs/argon2', '@node-rs/bcrypt', 'node-forge'];

const COMPILER_OPTIONS = {
  target: 'ES2023',
  types: ['node', 'jest'],
  strict: true,
  exactOptionalPropertyTypes: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  isolatedModules: true,
  rootDir: 'src',
  outDir: 'dist',
};

/** The tsconfig.json of an application of ES modules or of CommonJS, by its package.json. The declarations of Nest import a package that Nest does not depend on. */
export const TSCONFIG = {
  compilerOptions: { ...COMPILER_OPTIONS, types: ['node'], module: 'nodenext', skipLibCheck: true },
  include: ['src'],
  exclude: ['src/*.spec.ts'],
};

/** How an application may resolve the package's types; the first one also compiles it. */
const RESOLUTIONS = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'preserve', moduleResolution: 'bundler', noEmit: true },
};

/**
 * The package.json of an application.
 *
 * @param {'module' | 'commonjs'} type
 * @param {string} nest - the range of Nest's packages.
 * @param {string} tarball
 * @param {Readonly<Record<string, string>>} [devDependencies]
 */
export function manifest(type, nest, tarball, devDependencies = {}) {
  const range = (/** @type {readonly string[]} */ names) => Object.fromEntries(names.map((name) => [name, nest]));
  return {
    name: 'an-application',
    private: true,
    type,
    dependencies: {
      ...range(['@nestjs/common', '@nestjs/core', '@nestjs/platform-express']),
      'nest-service-auth': `file:${tarball}`,
      'reflect-metadata': '^0.2.0',
      rxjs: '^7.8.0',
    },
    devDependencies: { '@nestjs/testing': nest.replace(/\.\d+\.\d+$/, '.0.0'), '@types/node': '^20.0.0', ...devDependencies },
  };
}

/** @param {Project} project */
export async function install(project) {
  await project.run('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error']);
  const unasked = OPTIONAL_PEERS.filter((peer) => existsSync(project.path(`node_modules/${peer}`)));
  if (unasked.length > 0) throw new Error(`${project.name}: installed without being asked for: ${unasked.join(', ')}`);
}

/** Compiles the application by this project's TypeScript, checks it by an earlier one, and starts it. @param {string} root @param {Project} project */
export async function compileAndStart(root, project) {
  const compilers = { '6.0': join(root, 'node_modules/typescript/bin/tsc'), 5.8: project.path('node_modules/typescript-5.8/bin/tsc') };
  for (const [resolution, options] of Object.entries(RESOLUTIONS)) {
    const file = `tsconfig.${resolution}.json`;
    project.write(file, { compilerOptions: { ...COMPILER_OPTIONS, ...options }, include: ['src'] });
    for (const [version, compiler] of Object.entries(compilers).toSorted()) {
      await project.node([compiler, '-p', file]);
      project.passed(`types resolve under ${resolution}, TypeScript ${version}`);
    }
  }
  project.write('tsconfig.json', { extends: './tsconfig.nodenext.json', compilerOptions: { skipLibCheck: true } });
  await project.node(['dist/main.js']);
  project.passed('protects its routes');
}

/** Starts the compiled application and runs its compiled tests, by another version of Node.js if that is given. @param {Project} project @param {string} [node] */
export async function runNodeTest(project, node = process.execPath) {
  await project.node(['--test', 'dist/orders.test.js'], { node });
  project.passed(`node:test, on Node.js ${(await project.node(['--version'], { node })).trim()}`);
}
