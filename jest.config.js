/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // What `npm run test:package` and `npm run test:long` run.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/package/app/', '<rootDir>/test/long/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^nest-service-auth$': '<rootDir>/lib/index.ts',
    '^nest-service-auth/(\\w+)$': '<rootDir>/lib/$1/index.ts',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
        },
        module: { type: 'es6' },
      },
    ],
  },
  reporters: ['default', '<rootDir>/test/support/skips.reporter.js'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['lib/**/*.ts'],
  testTimeout: 20_000,
  // What a suite has loaded as ES modules is never let go of: a worker that has run many is replaced before it drowns in them.
  maxWorkers: '100%',
  workerIdleMemoryLimit: '1GB',
};
