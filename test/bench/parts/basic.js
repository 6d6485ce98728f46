import { randomBytes, scryptSync, verify } from 'node:crypto';
import autocannon from 'autocannon';
import { SCRYPT } from '../../../dist/strategies/basic/password/scrypt.js';
import { jwtScheme, protectWith, writeUsersFile } from '../contenders/ours.js';
import { rowsOf } from '../report/result.js';
import { contextOf, createApp, requestFactory } from '../support/app.js';
import { Issuer, rawVerification } from '../support/issuer.js';
import { publishKeys } from '../support/jwks-server.js';
import { median, sideBySide } from '../support/measure.js';

const PASSWORD = 'correct horse battery staple';

/** A first login, which costs a password hash, a repeated one, and what logins do to the traffic with tokens beside them. */
export async function run({ quick }) {
  const issuer = new Issuer('RS256');
  const keys = await publishKeys(issuer);
  const trust = { alg: 'RS256', issuer: issuer.url, audience: issuer.audience, jwksUri: keys.jwksUri, pem: issuer.pem };
  const users = { fileUserStoreConfig: { path: writeUsersFile(await SCRYPT.hash(PASSWORD)), failedLogins: false } };
  const protection = protectWith({ schemes: { users, sts: jwtScheme(trust) }, defaultAuth: ['users', 'sts'] });
  const app = await createApp(protection, 'fastify');
  await app.listen(0, '127.0.0.1');
  const guard = app.get(protection.guard, { strict: false });
  const login = requestFactory(`Basic ${Buffer.from(`alice:${PASSWORD}`).toString('base64')}`);

  const started = performance.now();
  await guard.canActivate(contextOf(login()));
  const first = (performance.now() - started) * 1000;
  const { hash, input, key, signature } = rawVerification(issuer);
  const calls = { raw: () => verify(hash, input, key, signature), repeated: () => guard.canActivate(contextOf(login())) };
  const costs = await sideBySide(calls, { quick });
  const quiet = await tokenTraffic(app, issuer, 0, quick);
  await app.close();
  const busy = await besideLogins(trust, issuer, quick);
  keys.close();
  const row = rowsOf('Basic, scrypt');
  return [
    row('first login', first, 'µs', first / costs.raw.micros),
    row('repeated login', costs.repeated.micros, 'µs', costs.repeated.micros / costs.raw.micros),
    row('p99 of requests with a token', quiet, 'ms'),
    row('the same beside 10 failing logins a second (ln=14)', busy, 'ms'),
  ];
}

/** With hashes an eighth as costly as the recommended ones: two processors could not do ten of those a second. */
async function besideLogins(trust, issuer, quick) {
  const users = { fileUserStoreConfig: { path: writeUsersFile(cheapHash(PASSWORD)), failedLogins: false } };
  const app = await createApp(protectWith({ schemes: { users, sts: jwtScheme(trust) }, defaultAuth: ['users', 'sts'] }), 'fastify');
  await app.listen(0, '127.0.0.1');
  const p99 = await tokenTraffic(app, issuer, 10, quick);
  await app.close();
  return p99;
}

function cheapHash(password) {
  const salt = randomBytes(16);
  const text = (octets) => octets.toString('base64').replace(/=+$/, '');
  return `$scrypt$ln=14,r=8,p=1$${text(salt)}$${text(scryptSync(password, salt, 32, { N: 2 ** 14, r: 8, p: 1 }))}`;
}

/** Logins with a wrong password: they are never remembered, so that each one costs a hash. */
async function tokenTraffic(app, issuer, loginsPerSecond, quick) {
  const url = `http://127.0.0.1:${app.getHttpServer().address().port}/orders/1`;
  const attempts = [];
  const attempt = () => {
    const credentials = Buffer.from(`user-${attempts.length}:wrong`).toString('base64');
    attempts.push(fetch(url, { headers: { authorization: `Basic ${credentials}` } }).then((answer) => answer.text()));
  };
  const timer = loginsPerSecond > 0 ? setInterval(attempt, 1000 / loginsPerSecond) : undefined;
  const p99s = [];
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    const headers = { authorization: `Bearer ${issuer.mint()}` };
    const result = await autocannon({ url, connections: 10, duration: quick ? 1 : 3, headers });
    p99s.push(result.latency.p99);
  }
  clearInterval(timer);
  await Promise.all(attempts);
  return median(p99s);
}
