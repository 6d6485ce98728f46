import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { publishedIn } from './published.js';

const run = promisify(execFile);

/** Versions stay there for the next run. */
const FOLDER = join(tmpdir(), 'nest-service-auth-nodes');

/** @typedef {{ readonly version: string, readonly path: string }} Node */

/**
 * Gets a version of Node.js from the npm package `node`, which contains its program.
 *
 * @param {string} wanted - a version, or the number of a line for its newest one.
 * @returns {Promise<Node>}
 */
export async function obtainNode(wanted) {
  const version = /^\d+$/.test(wanted) ? ((await publishedIn('node', wanted)).at(-1) ?? wanted) : wanted;
  const folder = join(FOLDER, version);
  const path = join(folder, 'node_modules/node/bin/node');
  if (!existsSync(path)) await install(version, folder);
  return { version, path };
}

/** The environment in which programs that start `node` by its name start this one. @param {Node} node */
export function environmentWith({ path }) {
  return { ...process.env, NODE_OPTIONS: '', PATH: `${dirname(path)}${delimiter}${process.env.PATH}` };
}

/** Another run at the same time finds either nothing or all of it. @param {string} version @param {string} folder */
async function install(version, folder) {
  const made = `${folder}.${process.pid}`;
  mkdirSync(made, { recursive: true });
  writeFileSync(join(made, 'package.json'), '{ "private": true }');
  await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error', `node@${version}`], { cwd: made });
  try {
    renameSync(made, folder);
  } catch {
    rmSync(made, { recursive: true, force: true });
  }
}
