import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository. */
export const root = join(import.meta.dirname, '../../..');

/** The package.json of the repository. */
export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The lines of Node.js with long-term support that the package is for. */
const LINES = [20, 22, 24];

/** The versions that a range names: the oldest ones that it promises. @param {string} range */
function oldestIn(range) {
  return range.match(/\d+\.\d+\.\d+/g) ?? [];
}

/** The oldest and the newest version of each line of Node.js: a version, or the number of the line for its newest one. */
export const NODES = LINES.flatMap((line) => [
  oldestIn(manifest.engines.node).find((version) => version.startsWith(`${line}.`)) ?? `${line}.0.0`,
  String(line),
]);

/** @typedef {{ readonly name: string, readonly major: number, readonly core: string, readonly others: string }} Nest the ranges of its packages */

/**
 * The oldest and the newest version of each line of Nest. Its optional packages have a range of their own: the oldest ones are those of `x.0`.
 *
 * @type {readonly Nest[]}
 */
export const NESTS = oldestIn(manifest.peerDependencies['@nestjs/core']).flatMap((oldest) => {
  const major = Number.parseInt(oldest, 10);
  return [
    { name: `Nest ${oldest}`, major, core: oldest, others: `~${major}.0.0` },
    { name: `newest Nest ${major}`, major, core: `^${oldest}`, others: `^${major}.0.0` },
  ];
});
