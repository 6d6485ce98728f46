import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The name, version and licence of packages whose code is in the tarball: their licences demand it.
 *
 * @param {string} root - the folder whose `node_modules` has them.
 * @param {readonly string[]} packages
 */
export function licensesOf(root, packages) {
  const texts = packages.map((name) => {
    const folder = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    if (file === undefined) throw new Error(`${name} has no file with its licence.`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return `The files of nest-service-auth contain parts of these packages:\n\n${texts.join(`\n${'-'.repeat(78)}\n\n`)}`;
}
