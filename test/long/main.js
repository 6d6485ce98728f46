import { connections } from './connections.js';
import { faults } from './faults.js';
import { floods } from './floods.js';
import { fuzz } from './fuzz.js';
import { images } from './images.js';
import { manifests } from './manifests.js';
import { mutation } from './mutation.js';
import { properties } from './properties.js';
import { versions } from './versions.js';

/**
 * `npm run test:long` lists the parts that are too long for `npm test`; `npm run test:long -- <part> [arguments]` runs one.
 *
 * @typedef {{ readonly words: string, readonly run: (args: readonly string[]) => void | Promise<void> }} Part
 */

/** @type {Readonly<Record<string, Part>>} */
const PARTS = {
  connections,
  faults,
  floods,
  images,
  fuzz,
  manifests,
  mutation,
  properties,
  versions,
};

const [name, ...args] = process.argv.slice(2);
const part = name === undefined ? undefined : PARTS[name];

if (part !== undefined) await part.run(args);
else {
  if (name !== undefined) console.error(`There is no part "${name}".`);
  console.log('The parts are:');
  for (const [each, { words }] of Object.entries(PARTS)) console.log(`  ${each}  ${words}`);
  process.exitCode = name === undefined ? 0 : 1;
}
