/** Seconds after which nothing more is downloaded that the check can do without. */
const BUDGET = 300;

const started = Date.now();
/** @type {string[]} */
const missing = [];

/**
 * Gets something that is downloaded for one part of the check only: another version of Node.js, another package manager. Without a network, or
 * when the time is used up, that part is left out, and {@link reportMissing} names it.
 *
 * @template T
 * @param {string} what
 * @param {(timeout: number) => Promise<T>} get - is given the milliseconds that it may take.
 * @returns {Promise<T | undefined>}
 */
export async function obtain(what, get) {
  const left = BUDGET * 1000 - (Date.now() - started);
  if (left < 10_000) {
    missing.push(`${what}: no time left`);
    return undefined;
  }
  try {
    return await get(left);
  } catch (error) {
    const lines = String(error).trim().split('\n');
    missing.push(`${what}: could not be obtained (${lines.at(-1)})`);
    return undefined;
  }
}

/** Leaves out one part of the check, for a reason that no download can change. @param {string} what */
export function leaveOut(what) {
  missing.push(what);
}

/** Prints what was left out. */
export function reportMissing() {
  for (const each of missing) console.log(`- NOT CHECKED: ${each}`);
  if (missing.length === 0) console.log('Nothing was left out.');
}
