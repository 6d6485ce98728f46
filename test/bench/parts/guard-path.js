import { verify } from 'node:crypto';
import { VARIANTS, VERIFIERS } from '../contenders/index.js';
import { emptyGuard } from '../contenders/none.js';
import { COOKIE, ours } from '../contenders/ours.js';
import { anonymousRequest, contextOf, cookieRequestFactory, openGuard, requestFactory } from '../support/app.js';
import { Issuer, rawVerification, spoil } from '../support/issuer.js';
import { publishKeys } from '../support/jwks-server.js';
import { sideBySide } from '../support/measure.js';

/** @typedef {import('../report/result.js').Row} Row */

const KNOWN = 1000;
/** More than any cache here holds: asked in turn, each of them is new again. */
const NEW = 2000;

const WITHOUT = 'no credentials';

/** What the guard does in process, without HTTP around it. @param {{ quick: boolean }} options @returns {Promise<Row[]>} */
export async function run({ quick }) {
  const rows = [];
  for (const alg of quick ? ['RS256'] : ['RS256', 'ES256', 'EdDSA']) rows.push(...(await runAlgorithm(alg, quick)));
  return rows;
}

async function runAlgorithm(alg, quick) {
  const issuer = new Issuer(alg);
  const keys = await publishKeys(issuer);
  const foreign = new Issuer(alg);
  const foreignKeys = await publishKeys(foreign);
  const partner = { issuer: foreign.url, jwksUri: foreignKeys.jwksUri };
  const trust = { alg, issuer: issuer.url, audience: issuer.audience, jwksUri: keys.jwksUri, pem: issuer.pem, partner };
  const contenders = [emptyGuard, ...VERIFIERS.filter(({ algorithms }) => algorithms.includes(alg))];
  const apps = await Promise.all(contenders.map(({ protect }) => openGuard(protect(trust))));
  const rows = [];
  for (const [situation, requests] of situations(issuer, quick)) {
    const { hash, input, key, signature } = rawVerification(issuer);
    const calls = { raw: () => verify(hash, input, key, signature) };
    for (const [index, { name }] of contenders.entries()) calls[name] = await caller(apps[index].guard, requests, situation);
    const costs = await sideBySide(calls, { quick });
    for (const [name, { micros, bytes }] of Object.entries(costs))
      rows.push({ group: alg, situation, contender: name, value: micros, unit: 'µs', ratio: micros / costs.raw.micros, bytes });
  }
  await Promise.all(apps.map(({ app }) => app.close()));
  rows.push(...(await runVariants(alg, trust, issuer, quick)));
  keys.close();
  foreignKeys.close();
  return rows;
}

/** One repeated token with what an application may turn on, beside the same without it. */
async function runVariants(alg, trust, issuer, quick) {
  const variants = [ours, ...VARIANTS];
  const apps = await Promise.all(variants.map(({ protect }) => openGuard(protect(trust))));
  const situation = 'one repeated token, options';
  const token = issuer.mint();
  const { hash, input, key, signature } = rawVerification(issuer);
  const calls = { raw: () => verify(hash, input, key, signature) };
  for (const [index, { name, carrier }] of variants.entries()) {
    const factory = carrier === 'cookie' ? cookieRequestFactory(`${COOKIE}=${token}`) : requestFactory(`Bearer ${token}`);
    calls[name] = await caller(apps[index].guard, [factory], situation);
  }
  const costs = await sideBySide(calls, { quick });
  await Promise.all(apps.map(({ app }) => app.close()));
  return Object.entries(costs)
    .filter(([name]) => name !== 'raw')
    .map(([name, { micros, bytes }]) => ({
      group: alg,
      situation,
      contender: name,
      value: micros,
      unit: 'µs',
      ratio: micros / costs.raw.micros,
      bytes,
    }));
}

function situations(issuer, quick) {
  const known = issuer.mintMany(KNOWN);
  const unseen = issuer.mintMany(quick ? KNOWN + 100 : NEW);
  const bad = unseen.map(spoil);
  const lists = Object.entries({
    'one repeated token': known.slice(0, 1),
    '1,000 tokens in turn': known,
    'all-new tokens': unseen,
    'new bad signatures': bad,
    'one repeated bad token': bad.slice(0, 1),
  }).map(([situation, list]) => [situation, list.map((token) => requestFactory(`Bearer ${token}`))]);
  return [...lists, [WITHOUT, [anonymousRequest]]];
}

/** @param {readonly (() => object)[]} factories */
function inTurn(factories) {
  let index = 0;
  return () => factories[index++ % factories.length]();
}

/** One call of the guard as Nest makes it; a guard that does not answer as it should would spoil the comparison. */
async function caller(guard, requests, situation) {
  const nextRequest = inTurn(requests);
  const isBad = situation.includes('bad') || situation === WITHOUT;
  const admit = () => guard.canActivate(contextOf(nextRequest()));
  const refuse = () => {
    try {
      const answer = admit();
      return typeof answer === 'boolean' ? answer : answer.then(undefined, () => false);
    } catch {
      return false;
    }
  };
  const expected = guard.constructor.name === 'EmptyGuard' || !isBad;
  // Every request once, so that what can be remembered is.
  for (let index = 0; index < Math.max(20, requests.length); index++)
    if ((await refuse()) !== expected) throw new Error(`${guard.constructor.name} answered wrongly: ${situation}`);
  return isBad ? refuse : admit;
}
