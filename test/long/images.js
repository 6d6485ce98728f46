import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Builds the images of the order management sample, and runs a session through them. It needs root, `buildah`, and the packages of npm. */
export const images = {
  words: 'builds the images of the order management sample with buildah, and sends a session through containers of them',

  run() {
    const jest = ['--experimental-vm-modules', '--no-warnings', join(root, 'node_modules/jest/bin/jest.js')];
    const only = ['--runInBand', '--testPathIgnorePatterns', '/node_modules/', '--', 'test/long/images/'];
    const { status } = spawnSync(process.execPath, [...jest, ...only], { cwd: root, stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  },
};
