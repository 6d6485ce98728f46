import { join } from 'node:path';
import { compileAndStart, install, manifest, runNodeTest } from './application.js';
import { checkBundles } from './bundles.js';
import { obtain } from './obtain.js';
import { Project } from './project.js';
import { recipe } from './recipes.js';
import { checkStartPage, packagesOfStartPage } from './start-page.js';

/**
 * Nest 12 in ES modules.
 *
 * @param {string} root @param {string} workspace @param {string} tarball
 */
export async function checkModules(root, workspace, tarball) {
  const project = new Project(join(workspace, 'module'), 'Nest 12, ES modules');
  project.addSources();
  const tools = {
    jest: '^30.0.0',
    '@types/jest': '^30.0.0',
    'ts-jest': '^29.4.0',
    typescript: '~6.0.0',
    'typescript-5.8': 'npm:typescript@~5.8.0',
    vitest: '^4.1.0',
    ...packagesOfStartPage(12),
  };
  project.write('package.json', manifest('module', '^12.2.0', tarball, tools));
  project.write('jest.config.js', recipe(root, '// jest.config.js'));
  project.write('vitest.config.ts', recipe(root, '// vitest.config.ts'));
  await install(project);
  await compileAndStart(root, project);
  await runNodeTest(project);
  await checkBundles(project, 'module');
  await project.node(['node_modules/vitest/vitest.mjs', 'run', '--reporter', 'dot']);
  project.passed('Vitest');
  await project.node(['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--runInBand']);
  project.passed('Jest in ES module mode');
  await checkStartPage(root, project, { type: 'module', types: ['vitest/globals'], test: (page) => runVitestOf(page, project) });
  for (const version of ['22', '24']) await checkOnNode(project, version);
}

/** @param {Project} project @param {string} version */
async function checkOnNode(project, version) {
  const args = ['--yes', `node@${version}`, '-p', 'process.execPath'];
  const path = await obtain(`Node.js ${version}`, (timeout) => project.run('npx', args, { timeout }));
  if (path === undefined) return;
  const node = path.trim();
  await project.node(['dist/main.js'], { node });
  await runNodeTest(project, node);
}

/** By a configuration as `nest new` makes it, but that it finds both tests. @param {Project} page @param {Project} parent */
async function runVitestOf(page, parent) {
  page.write(
    'vitest.config.ts',
    `import { defineConfig } from 'vitest/config';
export default defineConfig({ test: { globals: true, root: './', include: ['**/*spec.ts'] } });
`,
  );
  await page.node([parent.path('node_modules/vitest/vitest.mjs'), 'run', '--reporter', 'dot']);
  page.passed('Vitest, both tests');
}
