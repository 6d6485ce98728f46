import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packTarball } from './pack.js';

/** Installs the packed tarball into empty applications, compiles them, and has them protect a route. */

const root = join(import.meta.dirname, '../..');
const workspace = mkdtempSync(join(tmpdir(), 'nest-service-auth-package-'));

/**
 * @typedef {object} Application
 * @property {string} name
 * @property {'module' | 'commonjs'} type
 * @property {string} nest - the range of Nest's packages.
 */

/** @type {readonly Application[]} */
const APPLICATIONS = [
  { name: 'Nest 12, ES modules', type: 'module', nest: '^12.2.0' },
  { name: 'Nest 11, CommonJS', type: 'commonjs', nest: '^11.2.8' },
];

const OPTIONAL_PEERS = ['ldapts', '@node-rs/argon2', '@node-rs/bcrypt', 'node-forge'];

const COMPILER_OPTIONS = {
  target: 'ES2023',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  rootDir: 'src',
  outDir: 'dist',
};

/** How an application may resolve the package's types; the first one also compiles it. */
const RESOLUTIONS = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'preserve', moduleResolution: 'bundler', noEmit: true },
};

/** @param {Application} application @param {string} tarball */
function check({ name, type, nest }, tarball) {
  const directory = join(workspace, type);
  mkdirSync(directory);
  cpSync(join(import.meta.dirname, 'app'), join(directory, 'src'), { recursive: true });
  writeJson(join(directory, 'package.json'), manifest(type, nest, tarball));
  const run = (/** @type {string} */ program, /** @type {string[]} */ args) =>
    execFileSync(program, args, { cwd: directory, stdio: ['ignore', 'inherit', 'inherit'] });

  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error']);
  const unasked = OPTIONAL_PEERS.filter((peer) => existsSync(join(directory, 'node_modules', peer)));
  if (unasked.length > 0) throw new Error(`Installed without being asked for: ${unasked.join(', ')}`);
  for (const [resolution, options] of Object.entries(RESOLUTIONS)) {
    const project = join(directory, `tsconfig.${resolution}.json`);
    writeJson(project, { compilerOptions: { ...COMPILER_OPTIONS, ...options }, include: ['src'] });
    run(join(root, 'node_modules/.bin/tsc'), ['-p', project]);
    console.log(`✓ ${name}: types resolve under ${resolution}`);
  }
  run(process.execPath, ['dist/main.js']);
  console.log(`✓ ${name}: protects its routes`);
}

/** @param {string} type @param {string} nest @param {string} tarball */
function manifest(type, nest, tarball) {
  const packages = ['@nestjs/common', '@nestjs/core', '@nestjs/platform-express'];
  return {
    name: 'an-application',
    private: true,
    type,
    dependencies: {
      ...Object.fromEntries(packages.map((each) => [each, nest])),
      'nest-service-auth': `file:${tarball}`,
      'reflect-metadata': '^0.2.0',
      rxjs: '^7.8.0',
    },
    devDependencies: { '@types/node': '^20.0.0' },
  };
}

/** @param {string} path @param {object} value */
function writeJson(path, value) {
  writeFileSync(path, JSON.stringify(value, undefined, 2));
}

try {
  const tarball = packTarball(root, workspace);
  for (const application of APPLICATIONS) check(application, tarball);
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
