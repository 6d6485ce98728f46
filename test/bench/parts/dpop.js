import { verify } from 'node:crypto';
import { jwtScheme, protectWith } from '../contenders/ours.js';
import { contextOf, openGuard, provingRequest } from '../support/app.js';
import { Issuer, rawVerification } from '../support/issuer.js';
import { publishKeys } from '../support/jwks-server.js';
import { sideBySide } from '../support/measure.js';
import { Prover } from '../support/prover.js';

/** @typedef {import('../report/result.js').Row} Row */

const PUBLIC_URL = 'http://api.example.com';
/** More than the cache of verdicts holds: in turn, each of them is new again. */
const NEW = 2000;
/** How many proofs there are before each round: enough, so that none is made in the middle of it. */
const BATCH = 1000;
const [REMEMBERED, FRESH] = ['nest-service-auth, remembered token', 'nest-service-auth, new token'];

/** A token of RS256 and a proof of ES256 in each request, beside the two checks of signatures alone. @returns {Promise<Row[]>} */
export async function run({ quick }) {
  const issuer = new Issuer('RS256');
  const keys = await publishKeys(issuer);
  const prover = new Prover(`${PUBLIC_URL}/orders/1`);
  const confirmation = await prover.confirmation();
  const trust = { alg: 'RS256', issuer: issuer.url, audience: issuer.audience, jwksUri: keys.jwksUri, pem: issuer.pem };
  const sts = jwtScheme(trust, { dpop: { mode: 'required', maxAge: 3600 } });
  const { app, guard } = await openGuard(protectWith({ schemes: { sts }, defaultAuth: ['sts'], publicUrl: PUBLIC_URL }));
  const tokens = Array.from({ length: quick ? 1100 : NEW }, () => issuer.mint(confirmation));
  const checkToken = rawCheck(rawVerification(issuer, tokens[0]));
  const checkProof = rawCheck(rawProof(prover, prover.prove(tokens[0])));
  const calls = {
    'raw, both signatures': () => checkToken() && checkProof(),
    'raw, the proof alone': checkProof,
    [REMEMBERED]: admission(guard, prover, tokens.slice(0, 1)),
    [FRESH]: admission(guard, prover, tokens),
  };
  for (const [name, call] of Object.entries(calls)) if ((await call()) !== true) throw new Error(`${name} refuses.`);
  const costs = await sideBySide(calls, { quick });
  await app.close();
  keys.close();
  const base = costs['raw, both signatures'].micros;
  return Object.entries(costs).map(([contender, { micros, bytes }]) => {
    return { group: 'DPoP', situation: 'request with a fresh proof', contender, value: micros, unit: 'µs', ratio: micros / base, bytes };
  });
}

/** Requests with the tokens in turn, each with a proof that no other one has. */
function admission(guard, prover, tokens) {
  const requests = [];
  let next = 0;
  const make = () => {
    while (requests.length < BATCH) {
      const token = tokens[next++ % tokens.length];
      requests.push(provingRequest(token, prover.prove(token)));
    }
    requests.reverse();
  };
  const call = () => {
    if (requests.length === 0) make();
    return guard.canActivate(contextOf(requests.pop()));
  };
  return Object.assign(call, { before: make });
}

function rawCheck({ hash, input, key, signature }) {
  return () => verify(hash, input, key, signature);
}

/** What `crypto.verify` needs for a proof. */
function rawProof({ publicKey }, proof) {
  const end = proof.lastIndexOf('.');
  return {
    hash: 'sha256',
    input: Buffer.from(proof.slice(0, end)),
    key: { key: publicKey, dsaEncoding: /** @type {const} */ ('ieee-p1363') },
    signature: Buffer.from(proof.slice(end + 1), 'base64url'),
  };
}
