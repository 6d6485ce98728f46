import { verify } from 'node:crypto';
import { jwtScheme, protectWith } from '../contenders/ours.js';
import { contextOf, openGuard, requestFactory } from '../support/app.js';
import { Issuer, rawVerification } from '../support/issuer.js';
import { publishKeys } from '../support/jwks-server.js';
import { sideBySide } from '../support/measure.js';

const RULES = 321;
const METHODS = ['GET', 'POST', ['PUT', 'PATCH'], 'DELETE', 'all'];

/** Rules as an identity server ships them: some exact paths, many with a wildcard below; the one that is asked for is the last. */
function rules() {
  const list = Array.from({ length: RULES - 1 }, (_, index) => ({
    context: `/api/identity/area-${index % 40}/v${index % 3}/item-${index}${index % 4 === 0 ? '' : '/*'}`,
    secured: index % 10 !== 0,
    httpMethod: METHODS[index % METHODS.length],
    ...(index % 10 !== 0 && { permissions: [`/permission/admin/manage/area-${index % 40}`] }),
  }));
  return [...list, { context: '/orders/*', secured: true, httpMethod: 'GET' }];
}

/** What 321 access rules add to a request whose path has been asked about before. @returns {Promise<import('../report/result.js').Row[]>} */
export async function run({ quick }) {
  const issuer = new Issuer('RS256');
  const keys = await publishKeys(issuer);
  const schemes = {
    sts: jwtScheme({ alg: 'RS256', issuer: issuer.url, audience: issuer.audience, jwksUri: keys.jwksUri, pem: issuer.pem }),
  };
  const without = await guardCall({ schemes, defaultAuth: ['sts'] }, issuer);
  const withRules = await guardCall({ schemes, resourceAccessControl: { rules: rules() } }, issuer);
  const { hash, input, key, signature } = rawVerification(issuer);
  const costs = await sideBySide(
    { raw: () => verify(hash, input, key, signature), 'no rules': without.call, [`${RULES} rules`]: withRules.call },
    { quick },
  );
  await Promise.all([without.app.close(), withRules.app.close()]);
  keys.close();
  const row = (contender, value) => ({ group: 'RS256', situation: 'guard path with access rules', contender, value, unit: 'µs' });
  const [none, some] = [costs['no rules'].micros, costs[`${RULES} rules`].micros];
  return [row('no rules', none), row(`${RULES} rules`, some), row('difference', some - none)];
}

async function guardCall(options, issuer) {
  const { app, guard } = await openGuard(protectWith(options));
  const request = requestFactory(`Bearer ${issuer.mint()}`);
  const call = () => guard.canActivate(contextOf(request()));
  if ((await call()) !== true) throw new Error('The rules refuse the token.');
  return { app, call };
}
