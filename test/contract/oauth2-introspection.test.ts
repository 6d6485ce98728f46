import { OAuth2IntrospectionStrategy } from '../../lib/strategies/oauth2-introspection/oauth2-introspection.strategy.js';
import { startServer } from '../support/https-server.js';
import { bearer } from '../support/tokens.js';
import { basic } from '../support/users-file.js';
import { badCredentials, keepsTheContract, NOTHING, withAuthorization } from './strategy-contract.js';

const TOKEN = 'a-token-that-is-good-and-secret';
const CLIENT_SECRET = 'the-secret-of-the-client';

keepsTheContract(
  'oauth2IntrospectionConfig',
  async (host) => {
    const server = await startServer(async (request, response) => {
      let form = '';
      for await (const chunk of request) form += chunk;
      const active = new URLSearchParams(form).get('token') === TOKEN;
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ active, ...(active && { sub: 'alice', scope: 'read' }) }));
    });
    return {
      strategy: new OAuth2IntrospectionStrategy(host),
      config: {
        url: server.url.href,
        cacheConfig: {},
        clientConfig: { auth: { method: 'client_secret_basic', clientId: 'api', clientSecret: CLIENT_SECRET } },
      },
      method: 'introspection',
      good: () => bearer(TOKEN),
      without: [NOTHING, withAuthorization(basic('a', 'b')), withAuthorization('Bearers x')],
      bad: badCredentials('Bearer'),
      secrets: [TOKEN, CLIENT_SECRET, Buffer.from(`api:${CLIENT_SECRET}`).toString('base64')],
      stopDependency: () => server.close(),
    };
  },
  { asks: 'somebody' },
);
