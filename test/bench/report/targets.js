/**
 * What is promised, as the largest value that still keeps it: a ratio where `by` says so.
 *
 * @typedef {object} Target
 * @property {(row: import('./result.js').Row) => boolean} about
 * @property {'ratio' | 'value'} by
 * @property {number} atMost
 */

const is = (group, situation, contender) => (row) =>
  row.group === group && row.situation.startsWith(situation) && row.contender === contender;
const OURS = 'nest-service-auth';

/** At most a microsecond more than the same without authentication. @returns {Target} */
const perCall = (/** @type {string} */ group, /** @type {string} */ situation) => ({
  about: is(group, situation, 'more than no guard'),
  by: 'value',
  atMost: 1,
});

/** @type {readonly Target[]} */
export const TARGETS = [
  { about: is('RS256', 'one repeated token', OURS), by: 'ratio', atMost: 0.1 },
  { about: is('RS256', 'all-new tokens', OURS), by: 'ratio', atMost: 1.4 },
  { about: is('RS256', 'new bad signatures', OURS), by: 'ratio', atMost: 1.7 },
  { about: is('RS256', 'one repeated bad token', `${OURS}, rejectedCacheConfig`), by: 'ratio', atMost: 0.25 },
  { about: is('RS256', 'no credentials', OURS), by: 'value', atMost: 3 },
  { about: is('fastify', 'CPU per request, 1', OURS), by: 'ratio', atMost: 1.15 },
  { about: is('fastify', 'CPU per request, 6', OURS), by: 'ratio', atMost: 1.15 },
  { about: is('express', 'CPU per request, 1', OURS), by: 'ratio', atMost: 1.05 },
  { about: is('express', 'CPU per request, 6', OURS), by: 'ratio', atMost: 1.05 },
  { about: is('Basic, scrypt', 'repeated login', OURS), by: 'ratio', atMost: 0.25 },
  ...['Mercurius', 'Apollo'].map((driver) => perCall(driver, 'guarded field')),
  ...['ws', 'socket.io'].map((adapter) => perCall(adapter, 'message of an open connection')),
  ...['TCP', 'gRPC, unary'].map((transporter) => perCall(transporter, 'message with a repeated token')),
  { about: is('ws', 'timers started by a connection', 'more than no guard'), by: 'value', atMost: 0 },
  ...['remembered', 'new'].map((which) => ({
    about: is('DPoP', 'request with a fresh proof', `${OURS}, ${which} token`),
    by: /** @type {const} */ ('ratio'),
    atMost: 1.4,
  })),
  { about: is('introspection', 'uncached, one', OURS), by: 'ratio', atMost: 1.3 },
  { about: is('RS256', 'guard path with access rules', 'difference'), by: 'value', atMost: 1 },
  { about: is('memory', 'a remembered token besides its claims', OURS), by: 'value', atMost: 700 },
  { about: is('boot', '1,000 routes', OURS), by: 'ratio', atMost: 1.3 },
  { about: is('cold start', 'to the first answer', `${OURS}, static key`), by: 'value', atMost: 60 },
  { about: is('cold start', 'heap', `${OURS}, static key`), by: 'value', atMost: 8 },
  { about: is('cold start', 'to the first answer', `${OURS}, key set by URL`), by: 'value', atMost: 110 },
];

/** What is promised of a row, and whether it is kept. @param {import('./result.js').Row} row */
export function judge(row) {
  const target = TARGETS.find(({ about }) => about(row));
  if (target === undefined) return undefined;
  const actual = target.by === 'ratio' ? (row.ratio ?? Number.NaN) : row.value;
  return { ...target, isMet: actual <= target.atMost };
}
