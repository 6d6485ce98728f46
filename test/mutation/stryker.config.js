/** The room whose files are changed: a folder of lib/. Its own tests, in test/unit, must notice. */
const room = process.env.MUTATION_ROOM ?? 'memory';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [`lib/${room}/**/*.ts`],
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: {
    projectType: 'custom',
    configFile: 'jest.config.js',
    config: { roots: [`<rootDir>/test/unit/${room}`] },
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  disableTypeChecks: false,
  // Tests compare the words of messages where they matter.
  mutator: { excludedMutations: ['StringLiteral'] },
  ignorePatterns: ['dist', 'coverage', 'test/bench', 'test/package', 'sample/**/dist', 'demo/dist'],
  // What a test file has loaded as ES modules stays in memory: the process is replaced before it has too much.
  maxTestRunnerReuse: 50,
  timeoutMS: 20_000,
  cleanTempDir: 'always',
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: `test/mutation/reports/${room.replaceAll('/', '-')}.json` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
};
