import { fork } from 'node:child_process';
import { verify } from 'node:crypto';
import { once } from 'node:events';
import { protectWith } from '../contenders/ours.js';
import { rowsOf } from '../report/result.js';
import { contextOf, openGuard, requestFactory } from '../support/app.js';
import { Issuer, rawVerification } from '../support/issuer.js';
import { sideBySide } from '../support/measure.js';

/** Opaque tokens that an authorization server in another process is asked about. @param {{ quick: boolean }} options */
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
  const request = requestFactory('Bearer 2YotnFZFEjr1zCsicMWpAA');
  const call =
    ({ guard }) =>
    () =>
      guard.canActivate(contextOf(request()));
  await call(cached)();
  const calls = { raw: () => verify(hash, input, key, signature), uncached: call(uncached), cached: call(cached) };
  const costs = await sideBySide(calls, { quick });
  const cpu = await cpuPerCall(call(uncached), quick ? 200 : 3000);
  const before = await asked();
  await Promise.all(Array.from({ length: 64 }, call(uncached)));
  const flights = (await asked()) - before;
  await Promise.all([uncached.app.close(), cached.app.close()]);
  child.disconnect();
  const row = rowsOf('introspection');
  return [
    row('uncached, one after the other', costs.uncached.micros, 'µs', costs.uncached.micros / costs.raw.micros),
    row('uncached, CPU per request', cpu, 'µs', cpu / costs.raw.micros),
    row('cached', costs.cached.micros, 'µs', costs.cached.micros / costs.raw.micros),
    row('64 identical requests in flight', flights, 'outgoing calls'),
  ];
}

function openIntrospecting(port, config) {
  const sts = { oauth2IntrospectionConfig: { url: `http://127.0.0.1:${port}/introspect`, ...config } };
  return openGuard(protectWith({ schemes: { sts }, defaultAuth: ['sts'] }));
}

async function cpuPerCall(call, times) {
  const before = process.cpuUsage();
  for (let index = 0; index < times; index++) await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}
