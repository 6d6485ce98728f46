import { ModernFakeTimers } from '@jest/fake-timers';
import { expect } from 'expect';
import circus, { addEventHandler, getState, resetState, run } from 'jest-circus';
import { ModuleMocker } from 'jest-mock';
import { reuseRsaKeys } from './rsa-keys.js';

/**
 * @typedef {{ readonly id: string, readonly file: string, readonly milliseconds: number, readonly skipped: boolean, readonly failure: string | undefined }} Result
 * @typedef {{ readonly wanted?: ReadonlySet<string> | undefined, readonly bail: boolean, readonly onStart: (id: string | undefined) => void }} RunOptions
 */

/** Milliseconds that a test may take: one that waits for ever has noticed the change. */
const TIMEOUT = 5_000;
const mocker = new ModuleMocker(globalThis);
const timers = new ModernFakeTimers({ config: { rootDir: process.cwd(), fakeTimers: {} }, global: globalThis });
let now = { file: '', failed: false, /** @type {RunOptions} */ options: { bail: false, onStart: () => undefined } };

Object.assign(globalThis, circus, { expect, jest: jestObject() });
addEventHandler((event) => {
  if (event.name === 'run_start') skipUnwanted(getState().rootDescribeBlock);
  if (event.name === 'test_start') start(event.test);
  if (event.name === 'test_done' && event.test.errors.length > 0) now.failed = true;
});

/**
 * Runs the tests of one file in this process.
 *
 * @param {string} file
 * @param {(file: string) => void} load - evaluates it.
 * @param {RunOptions} options
 * @returns {Promise<readonly Result[]>}
 */
export async function runFile(file, load, options) {
  resetState();
  // What a test that took too long has left.
  timers.useRealTimers();
  mocker.restoreAllMocks();
  reuseRsaKeys();
  now = { file, failed: false, options };
  getState().testTimeout = TIMEOUT;
  // What is loaded now belongs to no test.
  options.onStart(undefined);
  try {
    load(file);
  } catch (error) {
    return [{ id: `${file} as a whole`, file, milliseconds: 0, skipped: false, failure: String(error) }];
  }
  const { testResults, unhandledErrors } = await run();
  const results = testResults.map((result) => ({
    id: `${file} ${result.testPath.slice(1).join(' ')}`,
    file,
    milliseconds: result.duration ?? 0,
    skipped: result.status !== 'done',
    failure: result.errors[0],
  }));
  if (unhandledErrors.length > 0)
    results.push({ id: `${file} as a whole`, file, milliseconds: 0, skipped: false, failure: unhandledErrors[0] });
  return results;
}

/** The file that a test is in. @param {string} id */
export const fileOf = (id) => id.slice(0, id.indexOf(' '));

/** Before anything runs: Jest then leaves out the hooks of blocks without a test. @param {import('@jest/types').Circus.DescribeBlock} block */
function skipUnwanted(block) {
  for (const child of block.children) {
    if (child.type === 'describeBlock') skipUnwanted(child);
    else if (now.options.wanted?.has(idOf(child)) === false) child.mode = 'skip';
  }
}

/** @param {import('@jest/types').Circus.TestEntry} test */
function start(test) {
  if (now.options.bail && now.failed) test.mode = 'skip';
  if (test.mode !== 'skip') now.options.onStart(idOf(test));
}

/** @param {import('@jest/types').Circus.TestEntry} test */
function idOf(test) {
  const names = [test.name];
  for (let block = test.parent; block.parent !== undefined; block = block.parent) names.unshift(block.name);
  return `${now.file} ${names.join(' ')}`;
}

/** What the tests use of Jest's own object. */
function jestObject() {
  return {
    fn: mocker.fn.bind(mocker),
    spyOn: mocker.spyOn.bind(mocker),
    restoreAllMocks: () => mocker.restoreAllMocks(),
    useFakeTimers: timers.useFakeTimers.bind(timers),
    useRealTimers: timers.useRealTimers.bind(timers),
    setSystemTime: timers.setSystemTime.bind(timers),
    getTimerCount: timers.getTimerCount.bind(timers),
    advanceTimersByTime: timers.advanceTimersByTime.bind(timers),
    advanceTimersByTimeAsync: timers.advanceTimersByTimeAsync.bind(timers),
  };
}
