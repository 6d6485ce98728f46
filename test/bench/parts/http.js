import autocannon from 'autocannon';
import { CONTENDERS } from '../contenders/index.js';
import { Issuer } from '../support/issuer.js';
import { publishKeys } from '../support/jwks-server.js';
import { median } from '../support/measure.js';
import { startServer } from '../support/start-server.js';

/** @typedef {import('../report/result.js').Row} Row */

/** Whole requests over HTTP from another process, with one repeated token. @param {{ quick: boolean }} options @returns {Promise<Row[]>} */
export async function run({ quick }) {
  const issuer = new Issuer('RS256');
  const keys = await publishKeys(issuer);
  const trust = { alg: 'RS256', issuer: issuer.url, audience: issuer.audience, jwksUri: keys.jwksUri, pem: issuer.pem };
  const able = CONTENDERS.filter(({ algorithms }) => algorithms.length === 0 || algorithms.includes('RS256'));
  const contenders = quick ? able.slice(0, 3) : able;
  const rows = [];
  for (const adapter of /** @type {const} */ (['express', 'fastify'])) {
    const servers = [];
    for (const { name } of contenders) servers.push({ name, ...(await startServer({ contender: name, adapter, trust })) });
    for (const connections of quick ? [10] : [10, 64])
      rows.push(...(await compare(servers, { adapter, connections, token: issuer.mint(), quick })));
    await Promise.all(servers.map(({ stop }) => stop()));
  }
  keys.close();
  return rows;
}

/** In rounds, one server after the other: of processor time each one's quietest round counts, of the rest the median. */
async function compare(servers, { adapter, connections, token, quick }) {
  const rounds = await fireInRounds(servers, { connections, token }, quick);
  const medianOf = (name, key) => median(rounds.get(name).map((each) => each[key]));
  const leastCpu = (name) => Math.min(...rounds.get(name).map(({ cpu }) => cpu));
  return servers.flatMap(({ name }) => {
    const row = (what, key, unit) => ({
      group: adapter,
      situation: `${what}, ${connections} connections`,
      contender: name,
      value: medianOf(name, key),
      unit,
    });
    const cpu = { ...row('CPU per request', 'cpu', 'µs'), value: leastCpu(name) };
    return [
      { ...cpu, ratio: cpu.value / leastCpu('no guard') },
      row('requests per second', 'rate', '/s'),
      row('p50', 'p50', 'ms'),
      row('p99', 'p99', 'ms'),
    ];
  });
}

async function fireInRounds(servers, load, quick) {
  const [warmUp, rounds, duration] = quick ? [200, 1, 1] : [3000, 5, 2];
  const results = new Map(servers.map(({ name }) => [name, []]));
  for (const server of servers) await fire(server, { ...load, amount: warmUp });
  for (let round = 0; round < rounds; round++)
    for (const server of servers) results.get(server.name).push(await fire(server, { ...load, duration }));
  return results;
}

async function fire(server, { connections, token, ...extent }) {
  const before = await server.cpuMicros();
  const started = performance.now();
  const headers = { authorization: `Bearer ${token}` };
  const result = await autocannon({ url: `${server.url}/orders/1`, connections, ...extent, headers });
  const cpu = (await server.cpuMicros()) - before;
  const answered = countAnswers(result, server.name);
  const seconds = (performance.now() - started) / 1000;
  return { cpu: cpu / answered, rate: answered / seconds, p50: result.latency.p50, p99: result.latency.p99 };
}

/** A server that refuses or breaks would look fast. */
function countAnswers({ '2xx': answered, non2xx, errors }, name) {
  if (non2xx > 0 || errors > 0 || answered === 0) throw new Error(`${name}: ${answered} answered, ${non2xx} refused, ${errors} failed`);
  return answered;
}
