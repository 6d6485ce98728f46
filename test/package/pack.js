import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The command that builds and packs the package of the working directory, as publishing would.
 *
 * @param {string} directory - where the tarball goes.
 * @returns {[string, ...string[]]}
 */
export function packCommand(directory) {
  return ['npm', 'pack', '--silent', '--pack-destination', directory];
}

/**
 * The tarball that {@link packCommand} left.
 *
 * @param {string} directory
 */
export function findTarball(directory) {
  const name = readdirSync(directory).find((file) => file.endsWith('.tgz'));
  return name === undefined ? undefined : join(directory, name);
}

/**
 * Builds and packs the package that is in `root`.
 *
 * @param {string} root
 * @param {string} directory - where the tarball goes: an empty one.
 */
export function packTarball(root, directory) {
  const [npm, ...args] = packCommand(directory);
  execFileSync(npm, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const tarball = findTarball(directory);
  if (tarball === undefined) throw new Error(`npm pack left no tarball in ${directory}`);
  return tarball;
}
