import { verify } from 'node:crypto';
import { createServer } from 'node:http';
import autocannon from 'autocannon';
import { Issuer, rawVerification } from '../support/issuer.js';
import { median } from '../support/measure.js';

/** A check of an expensive signature for each request, in place or on the thread pool, under 64 connections. @param {{ quick: boolean }} options */
export async function run({ quick }) {
  const rows = [];
  for (const alg of /** @type {const} */ (['ES256', 'EdDSA', 'ES384', 'ES512', 'Ed448'])) {
    const { hash, input, key, signature } = rawVerification(new Issuer(alg));
    const inPlace = () => verify(hash, input, key, signature);
    const onPool = () => new Promise((resolve) => verify(hash, input, key, signature, (_error, isGood) => resolve(isGood)));
    for (const [contender, check] of Object.entries({ 'in place': inPlace, 'on the thread pool': onPool })) {
      const { rate, p50, p99 } = await underLoad(check, quick);
      const row = (situation, value, unit) => ({ group: alg, situation: `${situation}, 64 connections`, contender, value, unit });
      rows.push(row('requests per second', rate, '/s'), row('p50', p50, 'ms'), row('p99', p99, 'ms'));
    }
  }
  return rows;
}

/** @param {() => boolean | Promise<boolean>} check */
async function underLoad(check, quick) {
  const server = createServer(async (_request, response) => {
    const answer = check();
    response.statusCode = (typeof answer === 'boolean' ? answer : await answer) ? 200 : 401;
    response.end('{}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const url = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
  const results = [];
  for (let round = 0; round < (quick ? 1 : 3); round++)
    results.push(await autocannon({ url, connections: 64, duration: quick ? 1 : 3, workers: 1 }));
  server.closeAllConnections();
  server.close();
  return {
    rate: median(results.map(({ requests }) => requests.average)),
    p50: median(results.map(({ latency }) => latency.p50)),
    p99: median(results.map(({ latency }) => latency.p99)),
  };
}
