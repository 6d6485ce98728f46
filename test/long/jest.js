import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/**
 * Runs the tests of a folder of test/long with Jest.
 *
 * @param {string} folder
 * @param {readonly string[]} files - parts of the names of those to run; all of them by default.
 */
export function runJest(folder, files = []) {
  const jest = ['--experimental-vm-modules', '--no-warnings', '--expose-gc', join(root, 'node_modules/jest/bin/jest.js')];
  const paths = files.length === 0 ? [`test/long/${folder}/`] : files.map((file) => `test/long/${folder}/.*${file}`);
  const only = ['--runInBand', '--verbose', '--testPathIgnorePatterns', '/node_modules/', '--', ...paths];
  const { status } = spawnSync(process.execPath, [...jest, ...only], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
