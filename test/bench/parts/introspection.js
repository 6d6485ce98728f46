import { fork } from 'node:child_process';
import { verify } from 'node:crypto';
import { once } from 'node:events';
import { Pool } from 'undici';
import { protectWith } from '../contenders/ours.js';
import { rowsOf } from '../report/result.js';
import { contextOf, openGuard, requestFactory } from '../support/app.js';
import { Issuer, rawVerification } from '../support/issuer.js';
import { sideBySide } from '../support/measure.js';

const TOKEN = '2YotnFZFEjr1zCsicMWpAA';

/** Opaque tokens that an authorization server in another process is asked about, beside the same question through a bare pool of undici. @param {{ quick: boolean }} options */
export async function run({ quick }) {
  const child = fork(new URL('../support/introspection-server.js', import.meta.url));
  const [{ port }] = await once(child, 'message');
  const asked = async () => {
    child.send('asked');
    return (await once(child, 'message'))[0].asked;
  };
  const uncached = await openIntrospecting(port, {});
  const cached = await openIntrospecting(port, { cacheConfig: {} });
  const { hash, input, key, signature } = rawVerification(new Issuer('RS256'));
  const request = requestFactory(`Bearer ${TOKEN}`);
  const { pool, ask } = openBarePool(port);
  const call =
    ({ guard }) =>
    () =>
      guard.canActivate(contextOf(request()));
  await call(cached)();
  const costs = await sideBySide({ raw: () => verify(hash, input, key, signature), cached: call(cached) }, { quick });
  const quietest = await inTurn({ bare: ask, ours: call(uncached) }, quick ? 3 : 100);
  const before = await asked();
  await Promise.all(Array.from({ length: 64 }, call(uncached)));
  const flights = (await asked()) - before;
  await Promise.all([uncached.app.close(), cached.app.close(), pool.close()]);
  child.disconnect();
  const row = rowsOf('introspection');
  const uncachedRows = ['one after the other', 'CPU per request'].flatMap((situation) => {
    const { bare, ours } = quietest[situation];
    const ourRow = row(`uncached, ${situation}`, ours, 'µs', ours / bare);
    return [{ ...ourRow, contender: 'undici alone', value: bare, ratio: 1 }, ourRow];
  });
  return [
    ...uncachedRows,
    row('cached', costs.cached.micros, 'µs', costs.cached.micros / costs.raw.micros),
    row('64 identical requests in flight', flights, 'outgoing calls'),
  ];
}

/** The same question, with the same header fields, over connections that are kept, and its answer parsed. */
function openBarePool(port) {
  const pool = new Pool(`http://127.0.0.1:${port}`, { allowH2: false, connections: 64, headersTimeout: 0, bodyTimeout: 0 });
  const ask = async () => {
    const headers = {
      'user-agent': 'nest-service-auth',
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'accept-encoding': 'gzip, deflate, br',
    };
    const body = `token=${TOKEN}&token_type_hint=access_token`;
    const answer = await pool.request({ path: '/introspect', method: 'POST', headers, body });
    if (JSON.parse(await answer.body.text()).active !== true) throw new Error('The server finds the token inactive.');
  };
  return { pool, ask };
}

function openIntrospecting(port, config) {
  const sts = { oauth2IntrospectionConfig: { url: `http://127.0.0.1:${port}/introspect`, ...config } };
  return openGuard(protectWith({ schemes: { sts }, defaultAuth: ['sts'] }));
}

const CALLS = 100;

/**
 * Microseconds that a call takes, and of processor time that it takes in this process: the quietest of many short rounds, in turn. A call
 * waits for another process, and the median of its calls would show how busy the machine is.
 */
async function inTurn(calls, rounds) {
  const quietest = { 'one after the other': {}, 'CPU per request': {} };
  const note = (situation, name, micros) => {
    quietest[situation][name] = Math.min(quietest[situation][name] ?? Number.POSITIVE_INFINITY, micros / CALLS);
  };
  for (let round = 0; round < rounds; round++) {
    for (const [name, call] of Object.entries(calls)) {
      const [started, before] = [performance.now(), process.cpuUsage()];
      for (let index = 0; index < CALLS; index++) await call();
      const { user, system } = process.cpuUsage(before);
      note('one after the other', name, (performance.now() - started) * 1000);
      note('CPU per request', name, user + system);
    }
  }
  return quietest;
}
