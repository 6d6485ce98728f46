import { JwtStrategy } from '../../lib/strategies/jwt/jwt.strategy.js';
import { startServer } from '../support/https-server.js';
import { bearer, createKey, goodClaims, mint } from '../support/tokens.js';
import { basic } from '../support/users-file.js';
import { badCredentials, keepsTheContract, NOTHING, withAuthorization } from './strategy-contract.js';

keepsTheContract(
  'jwtValidatorConfig',
  async (host) => {
    const key = createKey('ES256');
    const token = await mint(key);
    const server = await startServer((_request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key.jwk] }));
    });
    return {
      strategy: new JwtStrategy(host),
      config: { issuer: goodClaims().iss, audience: 'orders', signatureConfig: { jwksConfig: { url: server.url.href } } },
      method: 'jwt',
      good: () => bearer(token),
      without: [NOTHING, withAuthorization(basic('a', 'b')), withAuthorization('Bearers x')],
      bad: badCredentials('Bearer'),
      secrets: [token],
      stopDependency: () => server.close(),
    };
  },
  { asks: 'somebody' },
);
