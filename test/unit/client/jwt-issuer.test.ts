import { decodeJwt } from 'jose';
import { createJwtIssuer } from '../../../lib/client/jwt-issuer.js';
import { FakeClock } from '../../support/fake-clock.js';

it('a signed token says who calls and until when, whatever the custom claims say', async () => {
  const clock = new FakeClock();
  const customClaims = { iss: 'mallory', sub: 'mallory', aud: 'elsewhere', jti: 'mine', iat: 1, exp: 9e9, scope: 'read' };
  const config = { issuer: 'orders', username: 'alice', audience: 'inventory', customClaims, signatureConfig: { config: 's'.repeat(32) } };
  const sign = await createJwtIssuer(config, clock);
  const { jti, ...claims } = decodeJwt((await sign()).value);
  const iat = clock.now / 1000;
  expect(claims).toEqual({ iss: 'orders', sub: 'alice', aud: 'inventory', scope: 'read', iat, exp: iat + 300 });
  expect(jti).not.toBe('mine');
});
