import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedIn } from './published.js';

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

/** @typedef {{ readonly name: string, readonly major: number, readonly core: string, readonly isOldest: boolean }} Nest `core` is the range of its core */

/**
 * The oldest and the newest version of each line of Nest.
 *
 * @type {readonly Nest[]}
 */
export const NESTS = oldestIn(manifest.peerDependencies['@nestjs/core']).flatMap((oldest) => {
  const major = Number.parseInt(oldest, 10);
  return [
    { name: `Nest ${oldest}`, major, core: oldest, isOldest: true },
    { name: `newest Nest ${major}`, major, core: `^${oldest}`, isOldest: false },
  ];
});

/** The optional packages of Nest, whose oldest versions are promised as well. */
const PEERS = ['@nestjs/microservices', '@nestjs/websockets', '@nestjs/testing'];

/**
 * The versions of Nest's optional packages that belong to a version of its core: the oldest ones that are promised, or the range.
 *
 * @param {Nest} nest @returns {Promise<Record<string, string>>}
 */
export async function peersOf({ major, isOldest }) {
  const rangeOf = (/** @type {string} */ name) => {
    const range = manifest.peerDependencies[name].split(' || ').find((/** @type {string} */ each) => each.startsWith(`^${major}.`));
    if (range === undefined) throw new Error(`package.json promises no version ${major} of ${name}.`);
    return range;
  };
  const versionOf = async (/** @type {string} */ name) => (isOldest ? (await publishedIn(name, rangeOf(name)))[0] : rangeOf(name));
  return Object.fromEntries(await Promise.all(PEERS.map(async (name) => [name, await versionOf(name)])));
}
