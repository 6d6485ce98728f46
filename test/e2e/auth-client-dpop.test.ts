import { Controller, Get, type INestApplication } from '@nestjs/common';
import { type AuthClient, AuthClients, CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, createApp } from '../support/adapters.js';
import { appModule } from '../support/app.js';
import { type AuthorizationServer, CLIENT_SECRET, startAuthorizationServer } from '../support/authorization-server.js';
import { freePorts } from '../support/free-port.js';

@ServiceAuth({ auth: ['idp'] })
@Controller('stock')
class StockController {
  @Get()
  list(@CurrentPrincipal() { claims }: Principal) {
    return claims.token_type;
  }
}

describe.each(ADAPTERS)('a client with dpop, on %s', (adapter) => {
  let server: AuthorizationServer;
  let app: INestApplication;
  let client: AuthClient;
  beforeAll(async () => {
    server = await startAuthorizationServer();
    const [port] = await freePorts(1);
    const url = `http://127.0.0.1:${port}`;
    const auth = { method: 'client_secret_post', clientId: 'by_post', clientSecret: CLIENT_SECRET } as const;
    const idp = { url: server.introspectionUrl, clientConfig: { auth }, dpop: { mode: 'required', nonce: true } } as const;
    const grant = { tokenUrl: server.tokenUrl, clientId: 'by_basic', clientSecret: CLIENT_SECRET, dpop: true };
    const clients = { stock: { baseUrl: url, auth: { oauth2ClientCredentialsGrantConfig: grant } } };
    const options = { schemes: { idp: { oauth2IntrospectionConfig: idp } }, clients, publicUrl: url };
    app = await createApp(adapter, appModule({ auth: options, controllers: [StockController] }));
    await app.listen(port ?? 0, '127.0.0.1');
    client = app.get(AuthClients, { strict: false }).get('stock');
  });
  afterAll(async () => {
    await app?.close();
    await server?.close();
  });

  it('obtains a bound token, and proves its key to the service, with the nonces of both', async () => {
    for (let round = 0; round < 3; round++) {
      const answer = await client.fetch('/stock');
      expect([answer.status, await answer.text()]).toEqual([200, 'DPoP']);
    }
    expect(server.requests.filter((path) => path === '/token')).toHaveLength(2);
  });
});
