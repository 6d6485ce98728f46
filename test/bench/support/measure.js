import { measure } from 'mitata';

/** @typedef {{ readonly micros: number, readonly bytes: number }} Cost - of one call */

/** Short samples in many rounds: whatever else the machine does, each function meets a quiet moment. */
const SAMPLING = { batch_samples: 64, min_samples: 4, min_cpu_time: 4e6, gc: false };

/**
 * Measures several functions side by side, in rounds.
 *
 * @param {Readonly<Record<string, () => unknown>>} functions
 * @param {{ quick: boolean }} options
 * @returns {Promise<Record<string, Cost>>} the median call of each one's quietest round
 */
export async function sideBySide(functions, { quick }) {
  const names = Object.keys(functions);
  const micros = Object.fromEntries(names.map((name) => [name, Number.POSITIVE_INFINITY]));
  for (let round = 0; round < (quick ? 1 : 30); round++)
    for (const name of names) {
      const { p50 } = await measure(functions[name], { ...SAMPLING });
      micros[name] = Math.min(micros[name], p50 / 1000);
    }
  /** @type {Record<string, Cost>} */
  const costs = {};
  for (const name of names) costs[name] = { micros: micros[name], bytes: await allocated(functions[name]) };
  return costs;
}

/** @param {readonly number[]} values */
export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const CALLS = 100;

/** The octets that one call allocates on the heap. Few calls at a time, so that hardly ever one is collected meanwhile. @param {() => unknown} call */
async function allocated(call) {
  const samples = [];
  for (let sample = 0; sample < 15; sample++) {
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < CALLS; index++) await call();
    const growth = process.memoryUsage().heapUsed - before;
    if (growth >= 0) samples.push(growth / CALLS);
  }
  return Math.round(median(samples));
}
