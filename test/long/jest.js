import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/**
 * Runs the tests of a folder of test/long with Jest: its files `*.long.ts`, which `npm test` leaves out.
 *
 * @param {string} folder
 * @param {readonly string[]} args - what Jest is given besides.
 */
export function runJest(folder, args) {
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const options = ['--experimental-vm-modules', '--no-warnings', '--expose-gc'];
  // The last option takes everything that follows it.
  const given = ['--runInBand', '--verbose', ...args, '--testMatch', `**/test/long/${folder}/*.long.ts`];
  const { status } = spawnSync(process.execPath, [...options, jest, ...given], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
