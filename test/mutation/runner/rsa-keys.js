import crypto from 'node:crypto';

/** @typedef {{ readonly made: unknown[], next: number }} Series */

const make = crypto.generateKeyPairSync;
/** @type {Map<string, Series>} */
const series = new Map();

/** Tests of the same file get the same RSA keys in each run, each key once: to make them takes most of the time of some files. */
crypto.generateKeyPairSync = (/** @type {unknown[]} */ ...args) => {
  const [type, options] = args;
  if (type !== 'rsa' && type !== 'rsa-pss') return make(...args);
  const key = JSON.stringify([type, options]);
  const { made, next } = series.get(key) ?? { made: [], next: 0 };
  if (next === made.length) made.push(make(...args));
  series.set(key, { made, next: next + 1 });
  return made[next];
};

/** Begins anew with the first key. */
export function reuseRsaKeys() {
  for (const each of series.values()) each.next = 0;
}
