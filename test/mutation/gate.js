import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Changes of which it is known why they let nothing through.
 *
 * - `file`: in lib/.
 * - `code`: text of the file. Changes within it are explained. Blanks and line breaks count as one blank.
 * - `change`: a part of the new code, where only some changes are explained.
 *
 * @typedef {readonly { readonly file: string, readonly code: string, readonly change?: string, readonly why: string }[]} Explanations
 */

/** @typedef {{ readonly line: number, readonly column: number }} Position both count from 1 */

/** @typedef {{ readonly status: string, readonly mutatorName: string, readonly replacement?: string, readonly location: { readonly start: Position, readonly end: Position } }} Change */

/** @typedef {{ readonly files: Readonly<Record<string, { readonly source: string, readonly mutants: readonly Change[] }>> }} Report */

/**
 * Reads what Stryker found in a room, and prints the changes that no test notices and nobody explains, and the explanations that explain
 * nothing.
 *
 * @param {string} room - a folder of lib/.
 * @returns {Promise<boolean>} whether there are none of both.
 */
export async function isInOrder(room) {
  const name = room.replaceAll('/', '-');
  /** @type {Report} */
  const { files } = JSON.parse(readFileSync(join(import.meta.dirname, 'reports', `${name}.json`), 'utf8'));
  const explanations = await explanationsOf(join(import.meta.dirname, 'explained', `${name}.js`));
  const found = Object.entries(files).map(([path, file]) => resultOf(path, file, explanations));
  const open = found.flatMap((each) => each.open);
  const used = new Set(found.flatMap((each) => each.used));
  // Where only some files were changed, the others are not looked at.
  const stale = explanations.filter((each) => files[`lib/${each.file}`] !== undefined && !used.has(each));
  for (const words of open) console.log(words);
  for (const { file, code } of stale) console.log(`lib/${file}: nothing in this code is unnoticed, or it is not there: ${code}`);
  const sum = (/** @type {'noticed' | 'explained'} */ which) => found.reduce((total, each) => total + each[which], 0);
  console.log(`\n${room}: ${sum('noticed')} noticed, ${sum('explained')} explained, ${open.length} not explained`);
  return open.length === 0 && stale.length === 0;
}

/** @param {string} path @param {Report['files'][string]} file @param {Explanations} explanations */
function resultOf(path, { source, mutants }, explanations) {
  const own = explanations.filter(({ file }) => `lib/${file}` === path);
  const tested = mutants.filter(({ status }) => status !== 'Ignored');
  const unnoticed = tested
    // A change with an error ends the process of the tests.
    .filter(({ status }) => !['Killed', 'Timeout', 'RuntimeError'].includes(status))
    .map((change) => ({ change, explanations: own.filter((each) => explains(each, change, source)) }));
  const open = unnoticed.filter((each) => each.explanations.length === 0);
  return {
    noticed: tested.length - unnoticed.length,
    explained: unnoticed.length - open.length,
    used: unnoticed.flatMap((each) => each.explanations),
    open: open.map(({ change }) => inWords(path, source, change)),
  };
}

/** @param {Explanations[number]} explanation @param {Change} change @param {string} source */
function explains({ code, change: part = '' }, { location, replacement = '' }, source) {
  const [from, to] = rangeOf(location, source);
  return replacement.includes(part) && rangesOf(code, source).some(([start, end]) => start <= from && to <= end);
}

/** @param {string} file @returns {Promise<Explanations>} */
async function explanationsOf(file) {
  return existsSync(file) ? (await import(pathToFileURL(file).href)).default : [];
}

/** Where the code stands in the source. @param {string} code @param {string} source @returns {readonly (readonly [number, number])[]} */
function rangesOf(code, source) {
  const words = code.trim().split(/\s+/);
  const pattern = words.map((word) => word.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')).join('\\s+');
  return [...source.matchAll(new RegExp(pattern, 'g'))].map(({ index, 0: { length } }) => [index, index + length]);
}

/** @param {Change['location']} location @param {string} source @returns {readonly [number, number]} */
function rangeOf({ start, end }, source) {
  const lines = source.split('\n');
  const at = (/** @type {Position} */ { line, column }) => lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0) + column - 1;
  return [at(start), at(end)];
}

/** @param {string} path @param {string} source @param {Change} change */
function inWords(path, source, { status, mutatorName, replacement = '', location }) {
  const code = source.slice(...rangeOf(location, source));
  return `${path}:${location.start.line}:${location.start.column} ${status} (${mutatorName})\n  - ${oneLine(code)}\n  + ${oneLine(replacement)}`;
}

/** @param {string} text */
function oneLine(text) {
  return text.replaceAll(/\s+/g, ' ').slice(0, 160);
}
