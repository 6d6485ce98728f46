import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentWith } from './nodes.js';
import { leftOut } from './suites.js';

/** @import { Node } from './nodes.js' */
/** @import { Suite } from './suites.js' */

/** @typedef {{ readonly good: boolean, readonly words: string }} Result */

/**
 * Runs the tests of a suite in a checkout. What fails is printed as it is.
 *
 * @param {Suite} suite @param {Node} node @param {string} directory @returns {Promise<Result>}
 */
export async function runSuite(suite, node, directory) {
  const folder = mkdtempSync(join(tmpdir(), 'nest-service-auth-suite-'));
  const file = join(folder, 'jest.json');
  const ignored = ['/node_modules/', 'test/package/app/', 'test/long/', ...Object.keys(leftOut(suite))];
  const args = [
    ...[
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      '--silent',
      '--cacheDirectory',
      join(folder, 'cache'),
    ],
    ...['--json', '--outputFile', file, '--testPathIgnorePatterns', ...ignored, '--', ...suite.files],
  ];
  try {
    const tests = spawn(node.path, args, { cwd: directory, env: environmentWith(node), stdio: ['ignore', 'ignore', 'inherit'] });
    const [status] = await once(tests, 'close');
    return { good: status === 0, words: wordsOf(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} file - the report of Jest. */
function wordsOf(file) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(file, 'utf8'));
    return `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed, ${numPendingTests} skipped`;
  } catch {
    return 'Jest did not get as far as counting';
  }
}
