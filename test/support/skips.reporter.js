/**
 * Says at the end of a run what was skipped, by name: a suite that needs a server says in its name which one is missing.
 * With REQUIRE_ALL_TESTS=1 a skipped test fails the run.
 */
export default class SkipsReporter {
  #skipped = /** @type {string[]} */ ([]);

  /**
   * @param {unknown} _contexts
   * @param {{ testResults: readonly TestFile[] }} results - Jest's, of every test file.
   */
  onRunComplete(_contexts, { testResults }) {
    // A run that was narrowed down with -t leaves out the rest on purpose.
    if (process.argv.some((argument) => /^(-t|--testNamePattern)/.test(argument))) return;
    this.#skipped = testResults.flatMap(skippedIn);
    if (this.#skipped.length === 0) return;
    const title = skipsForbidden() ? 'Skipped, which REQUIRE_ALL_TESTS=1 forbids:' : 'Skipped:';
    console.error(`\n${title}\n${this.#skipped.join('\n')}`);
  }

  /** Jest fails a run in which a reporter has an error. */
  getLastError() {
    return skipsForbidden() && this.#skipped.length > 0 ? new Error(`Skipped: ${this.#skipped.join(', ')}`) : undefined;
  }
}

function skipsForbidden() {
  return process.env.REQUIRE_ALL_TESTS === '1';
}

/**
 * @typedef {{ status: string, title: string, ancestorTitles: readonly string[] }} TestCase
 * @typedef {{ testFilePath: string, testResults: readonly TestCase[] }} TestFile
 * @param {TestFile} file
 */
function skippedIn({ testFilePath, testResults }) {
  const path = testFilePath.slice(testFilePath.lastIndexOf('/test/') + 1);
  const names = testResults.filter(isSkipped).map(({ ancestorTitles, title }) => ancestorTitles.join(' › ') || title);
  return [...new Set(names)].map((name) => `  ${path}: ${name} (${names.filter((each) => each === name).length})`);
}

/** @param {TestCase} test */
function isSkipped({ status }) {
  return status !== 'passed' && status !== 'failed';
}
