import { metrics, trace } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { Door } from '../../../dist/guard/door.js';
import { ours } from '../contenders/ours.js';
import { contextOf, openGuard, requestFactory } from '../support/app.js';
import { Issuer } from '../support/issuer.js';
import { publishKeys } from '../support/jwks-server.js';
import { sideBySide } from '../support/measure.js';

/** @typedef {import('../report/result.js').Row} Row */

/** The door as it would be if nobody had thought of telemetry. */
class BareDoor extends Door {
  /** @override @param {any[]} parameters */
  admit(...[plan, request, context, route]) {
    return this.decide(plan, { request, context, complete: this.complete }, route);
  }
}

/** What being observable costs, with one repeated token. @param {{ quick: boolean }} options @returns {Promise<Row[]>} */
export async function run({ quick }) {
  const issuer = new Issuer('RS256');
  const keys = await publishKeys(issuer);
  const protection = ours.protect({ alg: 'RS256', issuer: issuer.url, audience: issuer.audience, jwksUri: keys.jwksUri, pem: issuer.pem });
  const bare = await openGuard(protection);
  Object.setPrototypeOf(bare.app.get(Door, { strict: false }), BareDoor.prototype);
  const unobserved = await openGuard(protection);
  // The module looks for an SDK when it is made: whoever was made before has none.
  trace.setGlobalTracerProvider(new NodeTracerProvider());
  metrics.setGlobalMeterProvider(new MeterProvider());
  const observed = await openGuard(protection);
  const contenders = { 'no telemetry in the code': bare, 'nest-service-auth, no SDK': unobserved, 'nest-service-auth, an SDK': observed };
  const nextRequest = requestFactory(`Bearer ${issuer.mint()}`);
  const calls = Object.fromEntries(
    Object.entries(contenders).map(([name, { guard }]) => [name, () => guard.canActivate(contextOf(nextRequest()))]),
  );
  for (const [name, call] of Object.entries(calls)) if ((await call()) !== true) throw new Error(`${name} answered wrongly`);
  const costs = await sideBySide(calls, { quick });
  await Promise.all(Object.values(contenders).map(({ app }) => app.close()));
  keys.close();
  const least = costs['no telemetry in the code'].micros;
  return Object.entries(costs).map(([contender, { micros, bytes }]) => ({
    group: 'RS256',
    situation: 'one repeated token, observed',
    contender,
    value: micros,
    unit: 'µs',
    ratio: micros / least,
    bytes,
  }));
}
