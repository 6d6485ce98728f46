import autocannon from 'autocannon';
import { CONTENDERS } from '../contenders/index.js';
import { Issuer } from '../support/issuer.js';
import { publishKeys } from '../support/jwks-server.js';
import { median } from '../support/measure.js';
import { startServer } from '../support/start-server.js';

/** @typedef {import('../report/result.js').Row} Row */

/** How often each contender gets another process: what the engine makes of the same code differs by a few percent between processes. */
const PROCESSES = 5;

/** Whole requests over HTTP from another process, with one repeated token. @param {{ quick: boolean }} options @returns {Promise<Row[]>} */
export async function run({ quick }) {
  const issuer = new Issuer('RS256');
  const keys = await publishKeys(issuer);
  const trust = { alg: 'RS256', issuer: issuer.url, audience: issuer.audience, jwksUri: keys.jwksUri, pem: issuer.pem };
  const able = CONTENDERS.filter(({ algorithms }) => algorithms.length === 0 || algorithms.includes('RS256'));
  const names = able.map(({ name }) => name).filter((name) => !name.includes('rejectedCacheConfig'));
  const rows = [];
  for (const adapter of /** @type {const} */ (['express', 'fastify']))
    rows.push(...(await compare(quick ? names.slice(0, 4) : names, { adapter, trust, token: issuer.mint(), quick })));
  keys.close();
  return rows;
}

/** One contender after the other, and again from the first: whatever else the machine does meanwhile meets them all. */
async function compare(names, { adapter, quick, ...rest }) {
  const shots = [];
  for (let round = 0; round < (quick ? 1 : PROCESSES); round++)
    for (const contender of names) shots.push(...(await fireAtProcess({ contender, adapter, quick, ...rest })));
  return (quick ? [10] : [10, 64]).flatMap((connections) => {
    const of = (contender) => shots.filter((shot) => shot.contender === contender && shot.connections === connections);
    const medianOf = (contender, key) => median(of(contender).map((shot) => shot[key]));
    const row = (contender, what, key, unit) => {
      const situation = `${what}, ${connections} connections`;
      return { group: adapter, situation, contender, value: medianOf(contender, key), unit };
    };
    return names.flatMap((name) => [
      { ...row(name, 'CPU per request', 'cpu', 'µs'), ratio: medianOf(name, 'cpu') / medianOf('no guard', 'cpu') },
      row(name, 'requests per second', 'rate', '/s'),
      row(name, 'p50', 'p50', 'ms'),
      row(name, 'p99', 'p99', 'ms'),
    ]);
  });
}

async function fireAtProcess({ contender, adapter, trust, token, quick }) {
  const server = await startServer({ contender, adapter, trust });
  const shots = [];
  await fire(server, { contender, token, connections: 10, duration: quick ? 1 : 3 });
  for (const connections of quick ? [10] : [10, 64])
    shots.push(await fire(server, { contender, token, connections, duration: quick ? 1 : 2 }));
  await server.stop();
  return shots;
}

async function fire(server, { contender, token, connections, duration }) {
  const before = await server.cpuMicros();
  const started = performance.now();
  const headers = { authorization: `Bearer ${token}` };
  const result = await autocannon({ url: `${server.url}/orders/1`, connections, duration, headers });
  const cpu = (await server.cpuMicros()) - before;
  const answered = countAnswers(result, contender);
  const seconds = (performance.now() - started) / 1000;
  const { p50, p99 } = result.latency;
  return { contender, connections, cpu: cpu / answered, rate: answered / seconds, p50, p99 };
}

/** A server that refuses or breaks would look fast. */
function countAnswers({ '2xx': answered, non2xx, errors }, name) {
  if (non2xx > 0 || errors > 0 || answered === 0) throw new Error(`${name}: ${answered} answered, ${non2xx} refused, ${errors} failed`);
  return answered;
}
