import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The published versions of a package in a range, oldest first. @param {string} name @param {string} range @returns {Promise<readonly string[]>} */
export async function publishedIn(name, range) {
  const { stdout } = await run('npm', ['view', `${name}@${range}`, 'version', '--json']);
  /** @type {string | string[]} */
  const versions = JSON.parse(stdout || '[]');
  const sorted = [versions].flat().toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  if (sorted.length === 0) throw new Error(`There is no version ${range} of ${name}.`);
  return sorted;
}
