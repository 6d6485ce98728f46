import { join } from 'node:path';
import { manifest, TSCONFIG } from './application.js';
import { obtain } from './obtain.js';
import { Project } from './project.js';

/**
 * Nest 12 installed by pnpm, where a package finds only what it has declared.
 *
 * @param {string} root @param {string} workspace @param {string} tarball
 */
export async function checkPnpm(root, workspace, tarball) {
  const project = new Project(join(workspace, 'pnpm'), 'Nest 12, pnpm');
  project.addSources();
  project.write('package.json', manifest('module', '^12.2.0', tarball));
  project.write('tsconfig.json', TSCONFIG);
  const options = ['--config.hoist=false', '--config.strict-peer-dependencies=false', '--store-dir', join(workspace, 'pnpm-store')];
  const pnpm = ['--yes', 'pnpm@10'];
  const version = await obtain('pnpm', (timeout) => project.run('npx', [...pnpm, '--version'], { timeout }));
  if (version === undefined) return;
  await project.run('npx', [...pnpm, 'install', '--ignore-scripts', ...options]);
  await project.node([join(root, 'node_modules/typescript/bin/tsc'), '-p', '.']);
  await project.node(['dist/main.js']);
  project.passed('protects its routes');
}
