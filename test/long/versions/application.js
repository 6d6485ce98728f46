import { join } from 'node:path';
import { manifest as manifestOf, TSCONFIG } from '../../package/application.js';
import { Project } from '../../package/project.js';
import { peersOf, root } from './promised.js';

/** @import { Nest } from './promised.js' */
/** @import { Node } from './nodes.js' */

/**
 * Installs the packed package with a version of Nest into an application: CommonJS for Nest 11, ES modules for Nest 12, as its tools make
 * them. Compiles it.
 *
 * @param {Nest} nest @param {string} workspace @param {string} tarball
 */
export async function makeApplication(nest, workspace, tarball) {
  const { name, major, core } = nest;
  const project = new Project(join(workspace, name.replaceAll(' ', '-')), name);
  project.addSources();
  const { '@nestjs/testing': testing = core } = await peersOf(nest);
  project.write('package.json', manifestOf(major < 12 ? 'commonjs' : 'module', core, tarball, { '@nestjs/testing': testing }));
  project.write('tsconfig.json', TSCONFIG);
  await project.run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel', 'error']);
  await project.node([join(root, 'node_modules/typescript/bin/tsc'), '-p', '.']);
  return project;
}

/** Starts the application on a version of Node.js: it protects its routes. Then runs its test. @param {Project} project @param {Node} node */
export async function runApplication(project, { path }) {
  await project.node(['dist/main.js'], { node: path });
  await project.node(['--test', 'dist/orders.test.js'], { node: path });
}
