import { APP_GUARD } from '@nestjs/core';
import { ResourceAuth } from '../../../dist/index.js';
import { ours } from '../contenders/ours.js';
import { Issuer } from './issuer.js';
import { publishKeys } from './jwks-server.js';

/**
 * How the handlers of an application are protected, whatever calls them.
 *
 * @typedef {object} HandlerProtection
 * @property {readonly any[]} imports
 * @property {readonly any[]} providers
 * @property {MethodDecorator} declare - stands on every handler
 */

class EmptyGuard {
  canActivate() {
    return true;
  }
}

/** What the scope of every token allows. */
const requireScope = ResourceAuth({ auth: { scopes: 'add_order' } });
const nothing = () => undefined;

/** One issuer of RS256 tokens, and the same handlers three times: without a guard, with an empty one, and with ours. */
export async function openProtections() {
  const issuer = new Issuer('RS256');
  const keys = await publishKeys(issuer);
  const trust = { alg: 'RS256', issuer: issuer.url, audience: issuer.audience, jwksUri: keys.jwksUri, pem: issuer.pem };
  /** @type {Record<string, HandlerProtection>} */
  const protections = {
    'no guard': { imports: [], providers: [], declare: nothing },
    'empty guard': { imports: [], providers: [{ provide: APP_GUARD, useClass: EmptyGuard }], declare: nothing },
    'nest-service-auth': { imports: ours.protect(trust).imports ?? [], providers: [], declare: requireScope },
  };
  return { protections, issuer, close: () => keys.close() };
}

/** Writes decorators on a method of a class, as TypeScript would. @param {any} type @param {string} name @param {readonly MethodDecorator[]} decorators */
export function decorate(type, name, ...decorators) {
  for (const decorator of decorators) {
    const descriptor = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(type.prototype, name));
    decorator(type.prototype, name, descriptor);
  }
}

/**
 * The rows of one situation: what each call costs, and how much ours costs more than the two others.
 *
 * @param {string} group @param {string} situation @param {Record<string, { readonly micros: number, readonly bytes?: number }>} costs
 * @returns {import('../report/result.js').Row[]}
 */
export function rowsOfProtections(group, situation, costs) {
  const row = (/** @type {string} */ contender, /** @type {number} */ value, /** @type {number | undefined} */ bytes) => ({
    group,
    situation,
    contender,
    value,
    unit: 'µs',
    ...(bytes !== undefined && { bytes: Math.max(0, bytes) }),
  });
  const { 'no guard': none, 'empty guard': empty, 'nest-service-auth': ours } = costs;
  return [
    ...Object.entries(costs).map(([name, { micros, bytes }]) => row(name, micros, bytes)),
    row('more than an empty guard', ours.micros - empty.micros, lessOf(ours.bytes, empty.bytes)),
    row('more than no guard', ours.micros - none.micros, lessOf(ours.bytes, none.bytes)),
  ];
}

const lessOf = (/** @type {number | undefined} */ some, /** @type {number | undefined} */ others) =>
  some === undefined || others === undefined ? undefined : some - others;
