import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import { DryRunStatus, determineHitLimitReached, TestStatus, toMutantRunResult } from '@stryker-mutator/api/test-runner';
import { testsOf } from '../rooms.js';
import { bundleTests, testFilesIn } from './bundle.js';
import { ignored } from './ignored.js';
import { fileOf, runFile } from './run-file.js';

/** @import { DryRunOptions, DryRunResult, MutantRunOptions, TestResult } from '@stryker-mutator/api/test-runner' */
/** @import { Result, RunOptions } from './run-file.js' */

/** What the changed code reads: which change is in force, and which test runs. */
globalThis.__stryker__ ??= {};
const stryker = globalThis.__stryker__;

/** The file with the milliseconds that the tests of each file take. */
const TIMES = 'milliseconds.json';

/** Runs the tests of a room in the process of Stryker's worker. The working directory is a copy of the project. */
class BundledTests {
  static inject = tokens(commonTokens.options);

  /** @param {{ readonly room: string }} options */
  constructor({ room }) {
    this.room = room;
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    this.files = testFilesIn(process.cwd(), testsOf(process.cwd(), this.room));
    this.load = await bundleTests(process.cwd(), this.files);
    // As Jest does: an error that nothing listens for fails the test, and does not end the process.
    process.on('uncaughtException', (error) => {
      this.uncaught ??= error;
    });
  }

  /** @param {DryRunOptions} options @returns {Promise<DryRunResult>} */
  async dryRun({ disableBail }) {
    stryker.mutantCoverage = { static: {}, perTest: {} };
    const onStart = (/** @type {string | undefined} */ id) => {
      stryker.currentTestId = id;
    };
    const result = await this.#run(this.files, { bail: !disableBail, onStart });
    const { mutantCoverage } = stryker;
    delete stryker.mutantCoverage;
    writeFileSync(TIMES, JSON.stringify(timesOf(result)));
    return result.status === DryRunStatus.Complete ? { ...result, mutantCoverage } : result;
  }

  /** @param {MutantRunOptions} options */
  async mutantRun({ activeMutant, testFilter, disableBail, hitLimit }) {
    const files = this.#quickestFirst(testFilter === undefined ? this.files : [...new Set(testFilter.map(fileOf))]);
    const wanted = testFilter === undefined ? undefined : new Set(testFilter);
    Object.assign(stryker, { activeMutant: activeMutant.id, hitLimit, hitCount: hitLimit === undefined ? undefined : 0 });
    const result = await this.#run(files, { wanted, bail: !disableBail, onStart: () => undefined });
    return toMutantRunResult(result, disableBail);
  }

  /** The first test that fails ends the run of a change. @param {readonly string[]} files */
  #quickestFirst(files) {
    this.times ??= existsSync(TIMES) ? JSON.parse(readFileSync(TIMES, 'utf8')) : {};
    return [...files].sort((one, other) => (this.times[one] ?? 0) - (this.times[other] ?? 0));
  }

  /** @param {readonly string[]} files @param {RunOptions} options @returns {Promise<DryRunResult>} */
  async #run(files, options) {
    const tests = [];
    for (const file of files) {
      this.uncaught = undefined;
      const results = [...(await runFile(file, this.load, options))];
      if (this.uncaught !== undefined)
        results.push({ id: `${file} as a whole`, file, milliseconds: 0, skipped: false, failure: String(this.uncaught) });
      tests.push(...results.map(told));
      if (options.bail && results.some(({ failure }) => failure !== undefined)) break;
    }
    return determineHitLimitReached(stryker.hitCount, stryker.hitLimit) ?? { status: DryRunStatus.Complete, tests };
  }
}

/** @param {DryRunResult} result */
function timesOf(result) {
  /** @type {Record<string, number>} */
  const times = {};
  for (const { fileName, timeSpentMs } of result.tests ?? []) times[fileName] = (times[fileName] ?? 0) + timeSpentMs;
  return times;
}

/** @param {Result} result @returns {TestResult} */
function told({ id, file, milliseconds, skipped, failure }) {
  const test = { id, name: id, fileName: file, timeSpentMs: milliseconds };
  if (skipped) return { ...test, status: TestStatus.Skipped };
  return failure === undefined ? { ...test, status: TestStatus.Success } : { ...test, status: TestStatus.Failed, failureMessage: failure };
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'bundled', BundledTests), ignored];

export const strykerValidationSchema = { properties: { room: { type: 'string' } } };
