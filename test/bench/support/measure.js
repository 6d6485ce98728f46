import { measure } from 'mitata';

/** @typedef {{ readonly micros: number, readonly bytes: number }} Cost - of one call; no bytes where they are not asked for */

/** @typedef {(() => unknown) & { readonly before?: () => void }} Call - `before` prepares a round, outside of what is measured */

/** Short samples in many rounds: whatever else the machine does, each function meets a quiet moment. */
const SAMPLING = { batch_samples: 64, min_samples: 4, min_cpu_time: 4e6, gc: false };

/**
 * Measures several functions side by side, in rounds.
 *
 * @param {Readonly<Record<string, Call>>} functions
 * @param {{ quick: boolean, counts?: 'bytes' | 'nothing' }} options - what is counted beside the time: of large calls, much is collected meanwhile
 * @returns {Promise<Record<string, Cost>>} the median call of each one's quietest round
 */
export async function sideBySide(functions, { quick, counts = 'bytes' }) {
  const names = Object.keys(functions);
  const micros = Object.fromEntries(names.map((name) => [name, Number.POSITIVE_INFINITY]));
  const measured = names.map((name) => new Measured(functions[name]));
  for (let round = 0; round < (quick ? 1 : 30); round++)
    for (const [index, name] of names.entries()) micros[name] = Math.min(micros[name], await measured[index].round());
  /** @type {Record<string, Cost>} */
  const costs = {};
  for (const name of names)
    costs[name] = { micros: micros[name], bytes: counts === 'bytes' ? await allocated(functions[name]) : Number.NaN };
  return costs;
}

/** How often a round is repeated in which calls were not waited for. */
const ATTEMPTS = 10;

/**
 * A function whose rounds count only if every call was waited for. mitata waits for the calls of a round if the first one returned a
 * promise. A function that returns promises for a while (ours does while it fetches keys) would count as done before its work began.
 */
class Measured {
  /** Whether mitata waits for the calls of this round; undefined before the first one. @type {boolean | undefined} */
  #isAwaited;
  /** A promise that was not waited for: the last one, and those before it settle no later. @type {Promise<unknown> | undefined} */
  #missed;
  #call;
  #before;

  /** @param {Call} call */
  constructor(call) {
    this.#before = call.before;
    this.#call = () => {
      const answer = call();
      const isPromise = answer instanceof Promise;
      this.#isAwaited ??= isPromise;
      if (isPromise && !this.#isAwaited) this.#missed = answer;
      return answer;
    };
  }

  /** The microseconds of the median call in one round. @returns {Promise<number>} */
  async round() {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      this.#before?.();
      this.#isAwaited = undefined;
      this.#missed = undefined;
      const { p50 } = await measure(this.#call, { ...SAMPLING });
      if (this.#missed === undefined) return p50 / 1000;
      await this.#missed;
    }
    throw new Error(`Some calls of ${ATTEMPTS} rounds in a row returned promises, and others did not.`);
  }
}

/** @param {readonly number[]} values */
export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const CALLS = 100;

/** The octets that one call allocates on the heap. Few calls at a time, so that hardly ever one is collected meanwhile. @param {Call} call */
async function allocated(call) {
  const samples = [];
  for (let sample = 0; sample < 15; sample++) {
    call.before?.();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < CALLS; index++) await call();
    const growth = process.memoryUsage().heapUsed - before;
    if (growth >= 0) samples.push(growth / CALLS);
  }
  return Math.round(median(samples));
}
