import { createAuthClients } from '../../../lib/client/create-auth-clients.js';
import { failureOf, workshop } from './setup.js';

const TOKENS = { tokenUrl: 'https://idp.example/token', clientId: 'orders', clientSecret: 'hunter2' };
const GRANTS = {
  oauth2ClientCredentialsGrantConfig: TOKENS,
  oauth2RefreshTokenGrantConfig: { refreshUrl: TOKENS.tokenUrl, refreshToken: 'a', clientId: 'orders' },
  oauth2JwtBearerGrantConfig: { tokenUrl: TOKENS.tokenUrl, assertion: 'a' },
  oauth2TokenExchangeGrantConfig: TOKENS,
};

describe('the defaults of outgoing calls', () => {
  const { clock, endpoint, serve, close } = workshop();
  afterEach(close);

  it.each(Object.entries(GRANTS))('hold for the service, and for the token endpoint of %s', async (name, grant) => {
    const service = await serve();
    service.answer = () => {};
    const auth = { [name]: grant };
    const surroundings = { createClient: endpoint.createClient, clock, warn: () => undefined, defaults: { timeout: 0.2 } };
    const clients = await createAuthClients({ stock: { baseUrl: service.origin, auth } }, surroundings);
    expect(endpoint.clients.splice(0)).toEqual([{ timeout: 0.2 }]);
    const request = { headers: { authorization: 'Bearer a' }, rawHeaders: ['Authorization', 'Bearer a'] };
    const stock = name === 'oauth2TokenExchangeGrantConfig' ? clients.get('stock').onBehalfOf(request) : clients.get('stock');
    expect((await failureOf(stock.fetch('/'))).message).toMatch(/no whole answer within 0.2 s/);
    await clients.onApplicationShutdown();
  });
});

describe('the boot', () => {
  const { client, warnings, close } = workshop();
  afterEach(close);

  it.each<[string, object, string]>([
    ['token endpoint', { ...TOKENS, clientConfig: { httpVersion: '2.0' } }, 'clientConfig.httpVersion'],
    ['cache', { ...TOKENS, cacheConfig: { evictionFactor: 0.2 } }, 'cacheConfig.evictionFactor'],
  ])('names the fields of a %s that have no effect', async (_what, config, field) => {
    await client({ baseUrl: 'https://stock.example', auth: { oauth2TokenExchangeGrantConfig: config } });
    expect(warnings.splice(0)).toEqual([`AuthClient "inventory": Accepted and ignored: ${field}.`]);
  });

  it('names none where there is none', async () => {
    await client({ baseUrl: 'https://stock.example', auth: false });
    await client({ baseUrl: 'https://stock.example', auth: { oauth2ClientCredentialsGrantConfig: TOKENS } });
    expect(warnings).toEqual([]);
  });
});
