import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { isInOrder } from '../mutation/gate.js';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'test/mutation');

/** The folders of lib/ that have unit tests of their own; of the strategies, each. */
const ROOMS = ['', 'strategies', 'transport'].flatMap((under) => foldersOf(under)).filter((room) => room !== 'strategies');

/** Changes the rooms that are named, or all of them, and shows the changes that their tests do not notice. `test/mutation/rooms.js` names these. */
export const mutation = {
  words: `[folder of lib/…] [-- options of Stryker]: changes the code, and fails where no test in the process notices it and nobody explains it. Folders: ${ROOMS.join(', ')}`,

  /** @param {readonly string[]} args */
  async run(args) {
    const end = args.indexOf('--');
    const named = (end === -1 ? args : args.slice(0, end)).map((each) => each.replace(/^lib\//, '').replace(/\/$/, ''));
    const options = end === -1 ? [] : args.slice(end + 1);
    const missing = named.filter((room) => !existsSync(join(root, 'test/unit', room)));
    if (missing.length > 0) throw new Error(`There are no unit tests of ${missing.join(', ')} in test/unit.`);
    install();
    for (const room of named.length > 0 ? named : ROOMS) await change(room, options);
  },
};

/** The folders below one of lib/ that are in test/unit, too. @param {string} under */
function foldersOf(under) {
  return readdirSync(join(root, 'test/unit', under), { withFileTypes: true })
    .filter((each) => each.isDirectory() && existsSync(join(root, 'lib', under, each.name)))
    .map(({ name }) => posix.join(under, name));
}

/** Stryker, into its own folder alone. */
function install() {
  if (existsSync(join(folder, 'node_modules'))) return;
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) throw new Error('The packages for mutation testing could not be installed.');
}

/** @param {string} room @param {readonly string[]} options */
async function change(room, options) {
  console.log(`\nlib/${room}\n`);
  const args = ['run', join(folder, 'stryker.config.js'), ...options];
  const { status } = spawnSync(join(folder, 'node_modules/.bin/stryker'), args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, MUTATION_ROOM: room },
  });
  if (status !== 0 || !(await isInOrder(room))) process.exitCode = 1;
}
