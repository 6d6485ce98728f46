import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Project } from '../../package/project.js';
import { manifest, peersOf, root } from './promised.js';

/** @import { Nest } from './promised.js' */

/** What is not copied: what was installed, built or checked out. */
const LEFT_OUT = new Set(['node_modules', 'dist', '.git', '.certificates', '.pages']);

/** The packages of Nest whose versions are those of the core. */
const WITH_CORE = ['common', 'core', 'platform-express', 'platform-fastify'];
/** The packages beside Nest for its line 11. Those that no test there needs have no version. */
const FOR_11 = {
  '@nestjs/apollo': '^13.0.0',
  '@nestjs/cache-manager': '^3.0.0',
  '@nestjs/cli': undefined,
  '@nestjs/config': '^4.0.0',
  '@nestjs/cqrs': '^11.0.0',
  '@nestjs/graphql': '^13.0.0',
  '@nestjs/mercurius': '^13.0.0',
  '@nestjs/platform-socket.io': '^11.0.0',
  '@nestjs/platform-ws': '^11.0.0',
  '@nestjs/swagger': '^11.0.0',
  '@nestjs/terminus': '^11.0.0',
  '@rekog/mcp-nest': undefined,
  nats: '^2.29.0',
};

/**
 * Copies the repository into a folder, and installs it with a version of Nest.
 *
 * @param {Nest} nest @param {string} workspace
 */
export async function copyWith(nest, workspace) {
  const project = new Project(join(workspace, `checkout-${nest.name.replaceAll(' ', '-')}`), nest.name);
  for (const entry of ['lib', 'test', 'sample', 'demo', 'docs', 'jest.config.js', 'tsconfig.json', '.npmrc', 'README.md']) {
    cpSync(join(root, entry), project.path(entry), { recursive: true, filter: (source) => !LEFT_OUT.has(basename(source)) });
  }
  mkdirSync(project.path('node_modules'));
  writeFileSync(project.path('package.json'), JSON.stringify({ ...manifest, devDependencies: await devDependenciesFor(nest) }));
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel', 'error', '--no-package-lock'];
  await project.run('npm', args, { timeout: 900_000 });
  return project;
}

/** @param {Nest} nest @returns {Promise<Record<string, string>>} */
async function devDependenciesFor(nest) {
  const ranges = {
    ...manifest.devDependencies,
    ...(nest.major === 11 && FOR_11),
    ...Object.fromEntries(WITH_CORE.map((each) => [`@nestjs/${each}`, nest.core])),
    ...(await peersOf(nest)),
  };
  return Object.fromEntries(Object.entries(ranges).filter(([, range]) => range !== undefined));
}
