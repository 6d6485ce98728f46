import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileAndStart, install, manifest, runNodeTest } from './application.js';
import { checkBundles } from './bundles.js';
import { obtain } from './obtain.js';
import { Project } from './project.js';
import { recipe } from './recipes.js';
import { checkStartPage, packagesOfStartPage } from './start-page.js';

/** As `nest new` of Nest 11 makes it. */
const JEST = {
  moduleFileExtensions: ['js', 'json', 'ts'],
  rootDir: 'src',
  testRegex: '.*\\.spec\\.ts$',
  transform: { '^.+\\.(t|j)s$': 'ts-jest' },
  testEnvironment: 'node',
};

/**
 * Nest 11 in CommonJS.
 *
 * @param {string} root @param {string} workspace @param {string} tarball
 */
export async function checkCommonJs(root, workspace, tarball) {
  const project = new Project(join(workspace, 'commonjs'), 'Nest 11, CommonJS');
  project.addSources();
  // Such projects write no extension, and their Jest finds no ./x.js for ./x.ts.
  const spec = readFileSync(project.path('src/orders.spec.ts'), 'utf8');
  project.write('src/orders.spec.ts', spec.replace(/'(\.\/.*)\.js'/g, "'$1'"));
  const jest = { ...JEST, ...JSON.parse(recipe(root, 'transformIgnorePatterns')).jest };
  const tools = {
    jest: '^30.0.0',
    '@types/jest': '^30.0.0',
    'ts-jest': '^29.4.0',
    typescript: '~5.9.0',
    'typescript-5.8': 'npm:typescript@~5.8.0',
    ...packagesOfStartPage(11),
  };
  project.write('package.json', { ...manifest('commonjs', '^11.2.8', tarball, tools), jest });
  await install(project);
  await compileAndStart(root, project);
  await runNodeTest(project);
  await checkBundles(project, 'commonjs');
  await runJest(project, 'Jest 30 with ts-jest, by the recipe');
  await checkStartPage(root, project, {
    type: 'commonjs',
    types: ['jest'],
    test: (page) => runJestOf(page, project, recipe(root, 'transformIgnorePatterns')),
  });

  const args = ['install', '--no-audit', '--no-fund', '--loglevel', 'error', 'jest@29', 'jest-util@29', '@types/jest@29'];
  const has29 = await obtain('Jest 29', async (timeout) => project.run('npm', args, { timeout }));
  if (has29 !== undefined) await runJest(project, 'Jest 29 with ts-jest, by the recipe');
}

/** @param {Project} project @param {string} what */
async function runJest(project, what) {
  await project.node(['node_modules/jest/bin/jest.js', '--no-cache', '--runInBand']);
  project.passed(what);
}

/** The two configurations of `nest new`, both with the recipe. @param {Project} page @param {Project} parent @param {string} text */
async function runJestOf(page, parent, text) {
  const { jest } = JSON.parse(text);
  const configurations = { unit: { ...JEST, ...jest }, e2e: { ...JEST, rootDir: '.', testRegex: '.e2e-spec.ts$', ...jest } };
  for (const [name, configuration] of Object.entries(configurations)) {
    page.write(`jest-${name}.json`, configuration);
    await page.node([parent.path('node_modules/jest/bin/jest.js'), '--runInBand', '--config', `jest-${name}.json`]);
    page.passed(`Jest, the ${name} test`);
  }
}
