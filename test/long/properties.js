import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const USUALLY = 30;

/** Tries the properties of test/properties with many more inputs than `npm test` does. */
export const properties = {
  words: `[times, ${USUALLY} if left out] [names of files]: tries what must hold for every input so many times more often than npm test`,

  /** @param {readonly string[]} args */
  run([times = String(USUALLY), ...names]) {
    const files = names.length > 0 ? names.map((name) => `test/properties/${name}`) : ['test/properties'];
    const args = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--runInBand', '--testTimeout=3600000'];
    const env = { ...process.env, PROPERTY_TIMES: times };
    process.exitCode = spawnSync(process.execPath, [...args, ...files], { cwd: root, stdio: 'inherit', env }).status ?? 1;
  },
};
