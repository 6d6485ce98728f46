import autocannon from 'autocannon';
import { noGuard } from '../contenders/none.js';
import { oursByCertificate } from '../contenders/ours.js';
import { selfSigned } from '../support/certificates.js';
import { median } from '../support/measure.js';
import { startServer } from '../support/start-server.js';

/** Requests on connections that stay open, made with a client certificate. @param {{ quick: boolean }} options */
export async function run({ quick }) {
  const [server, client] = await Promise.all([selfSigned('localhost'), selfSigned('inventory')]);
  const tls = { key: { certFile: server.cert, keyFile: server.key }, mutualSsl: { verifyClient: 'REQUIRE', cert: client.cert } };
  const rows = [];
  for (const adapter of /** @type {const} */ (['express', 'fastify'])) rows.push(...(await compare(adapter, tls, client, quick)));
  return rows;
}

async function compare(adapter, tls, client, quick) {
  const servers = [];
  for (const { name } of [noGuard, oursByCertificate])
    servers.push({ name, samples: [], ...(await startServer({ contender: name, adapter, tls })) });
  for (let round = 0; round < (quick ? 1 : 5); round++) for (const each of servers) each.samples.push(await fire(each, client, quick));
  await Promise.all(servers.map(({ stop }) => stop()));
  const base = median(servers[0].samples);
  return servers.map(({ name, samples }) => {
    const value = median(samples);
    return { group: adapter, situation: 'CPU per request, TLS, 10 connections', contender: name, value, unit: 'µs', ratio: value / base };
  });
}

async function fire(server, { cert, key }, quick) {
  const tlsOptions = { cert, key, rejectUnauthorized: false };
  const url = `${server.url}/orders/1`;
  await autocannon({ url, connections: 10, amount: 200, tlsOptions });
  const before = await server.cpuMicros();
  const result = await autocannon({ url, connections: 10, duration: quick ? 1 : 2, tlsOptions });
  if (result.non2xx > 0 || result['2xx'] === 0) throw new Error(`${server.name}: ${result.non2xx} refused, ${result.errors} failed`);
  return ((await server.cpuMicros()) - before) / result['2xx'];
}
