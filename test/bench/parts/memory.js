import { fork } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { JwtStrategy } from '../../../dist/strategies/jwt/jwt.strategy.js';
import { rowsOf } from '../report/result.js';
import { median } from '../support/measure.js';

const SECRET = 'a secret for this measurement only, long enough for HS256';
const MIB = 2 ** 20;

/** What remembered tokens hold in memory, and whether that stays as it is. HS256, because a million tokens must be signed first. */
export async function run({ quick }) {
  const tokens = quick ? 2000 : 10_000;
  const distinct = quick ? 20_000 : 1_000_000;
  // What is compiled on first use is no token's memory.
  authenticate(await prepare(1), -1);
  await heapAfter(await prepare(10), 0, 2000);
  const own = await heapOf(tokens, async () => {
    const claims = [];
    for (let index = 0; index < tokens; index++) claims.push(JSON.parse(payload(index)));
    return claims;
  });
  const all = await heapOf(tokens, async () => {
    const authenticator = await prepare(tokens);
    for (let index = 0; index < tokens; index++) authenticate(authenticator, index);
    return authenticator;
  });
  const authenticator = await prepare(1000);
  const half = await heapAfter(authenticator, 0, distinct / 2);
  const whole = await heapAfter(authenticator, distinct / 2, distinct);
  const row = rowsOf('memory');
  const [none, one, ten] = await heapsOfIdleApps([0, 1, 10], quick ? 1 : 5);
  return [
    row('claims of one token, as JSON.parse makes them', own, 'bytes'),
    row('a remembered token besides its claims', all - own, 'bytes'),
    row(`heap after ${count(distinct / 2)} distinct tokens, 1,000 remembered`, half / MIB, 'MiB'),
    row(`heap after ${count(distinct)} distinct tokens, 1,000 remembered`, whole / MIB, 'MiB'),
    row('heap of an idle application with one scheme, more than without the module', (one - none) / MIB, 'MiB'),
    row('the same with ten schemes', (ten - none) / MIB, 'MiB'),
  ];
}

const IDLE_APP = join(import.meta.dirname, '../support/idle-app.js');

/** The heap of idle applications with so many schemes, each in processes of its own, with the code that it has loaded. */
async function heapsOfIdleApps(/** @type {readonly number[]} */ schemes, /** @type {number} */ times) {
  const heaps = [];
  for (const wanted of schemes) {
    const samples = [];
    for (let time = 0; time < times; time++) samples.push((await openIdleApp(wanted)).heap);
    heaps.push(median(samples));
  }
  return heaps;
}

/** @returns {Promise<import('../support/idle-app.js').Held>} */
function openIdleApp(/** @type {number} */ schemes) {
  const child = fork(IDLE_APP, [String(schemes)], { execArgv: ['--expose-gc'] });
  return new Promise((resolve, reject) => {
    child.once('message', (held) => resolve(/** @type {any} */ (held)));
    child.once('exit', (code) => reject(new Error(`The application with ${schemes} schemes ended with ${code}.`)));
  });
}

const count = (/** @type {number} */ value) => value.toLocaleString('en');

async function heapOf(count, make) {
  const before = heapUsed();
  const kept = await make();
  const after = heapUsed();
  if (kept === undefined) throw new Error('Nothing was kept.');
  return (after - before) / count;
}

async function heapAfter(authenticator, from, to) {
  for (let index = from; index < to; index++) authenticate(authenticator, index);
  return heapUsed();
}

function heapUsed() {
  for (let round = 0; round < 4; round++) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function prepare(capacity) {
  const host = { trustedProxies: [], warn: () => {} };
  return new JwtStrategy(host).prepare({ signatureConfig: { secret: SECRET }, cacheConfig: { capacity } }, 'sts');
}

function authenticate(authenticator, index) {
  const authorization = `Bearer ${sign(index)}`;
  const { outcome } = authenticator.authenticate({ headers: { authorization }, rawHeaders: ['Authorization', authorization] });
  if (outcome !== 'accepted') throw new Error('A good token was refused.');
}

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');

function sign(index) {
  const input = `${HEADER}.${Buffer.from(payload(index)).toString('base64url')}`;
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
}

function payload(index) {
  return JSON.stringify({
    sub: `user-${index}`,
    iss: 'https://sts.example.com',
    aud: 'orders',
    scope: 'add_order update_order',
    jti: `${index}`,
    exp: 9e9,
  });
}
