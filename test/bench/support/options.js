import { jwtScheme, protectWith } from '../contenders/ours.js';
import { contextOf, openGuard, requestFactory } from './app.js';
import { Issuer } from './issuer.js';
import { publishKeys } from './jwks-server.js';
import { sideBySide } from './measure.js';

/** @typedef {import('../report/result.js').Row} Row */

/**
 * What options cost a request with a repeated token: the first of them is what the others are compared with.
 *
 * @param {string} situation
 * @param {Readonly<Record<string, { options: object, claims?: object, prepare?: (app: any) => Promise<void> }>>} variants
 * @param {{ quick: boolean }} how
 * @returns {Promise<Row[]>}
 */
export async function costsOfOptions(situation, variants, { quick }) {
  const issuer = new Issuer('RS256');
  const keys = await publishKeys(issuer);
  const sts = jwtScheme({ alg: 'RS256', issuer: issuer.url, audience: issuer.audience, jwksUri: keys.jwksUri, pem: issuer.pem });
  const apps = [];
  const calls = {};
  for (const [name, { options, claims, prepare }] of Object.entries(variants)) {
    const { app, guard } = await openGuard(protectWith({ schemes: { sts }, defaultAuth: ['sts'], ...options }));
    apps.push(app);
    await prepare?.(app);
    const request = requestFactory(`Bearer ${issuer.mint(claims)}`);
    calls[name] = () => guard.canActivate(contextOf(request()));
    if ((await calls[name]()) !== true) throw new Error(`${name} refuses.`);
  }
  const costs = await sideBySide(calls, { quick });
  for (const app of apps) await app.close();
  keys.close();
  const [base = 0] = Object.values(costs).map(({ micros }) => micros);
  return Object.entries(costs).map(([contender, { micros, bytes }]) => {
    return { group: 'RS256', situation, contender, value: micros, unit: 'µs', ratio: micros / base, bytes };
  });
}
