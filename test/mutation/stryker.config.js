/** The room whose files are changed: a folder of lib/. */
const room = process.env.MUTATION_ROOM ?? 'memory';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  room,
  // Each kind of transport is a room of its own.
  mutate: [`lib/${room}/**/*.ts`, ...(room === 'transport' ? ['!lib/transport/*/**'] : [])],
  testRunner: 'bundled',
  plugins: ['./test/mutation/runner/plugin.js'],
  ignorers: ['harmless'],
  testRunnerNodeArgs: ['--no-warnings'],
  coverageAnalysis: 'perTest',
  disableTypeChecks: false,
  // Tests compare the words of messages where they matter.
  mutator: { excludedMutations: ['StringLiteral'] },
  ignorePatterns: [
    '**',
    '!lib/**',
    '!test/unit/**',
    '!test/contract/**',
    '!test/security/**',
    '!test/properties/**',
    '!test/support/**',
    '!test/conformance/**',
    '!test/e2e/**',
    '!sample/**/*.ts',
    '!package.json',
  ],
  concurrency: 1,
  // What was loaded stays in memory: the process is replaced before it has too much.
  maxTestRunnerReuse: 500,
  timeoutMS: 10_000,
  cleanTempDir: 'always',
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: `test/mutation/reports/${room.replaceAll('/', '-')}.json` },
};
