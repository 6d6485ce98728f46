import { Controller, Get, type INestApplication } from '@nestjs/common';
import { AuthClients, CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule } from '../support/app.js';
import { type AuthorizationServer, CLIENT_SECRET, startAuthorizationServer } from '../support/authorization-server.js';
import { startServer, type TestServer } from '../support/https-server.js';
import { createKey, goodClaims, mint, type SigningKey } from '../support/tokens.js';

@ServiceAuth({ auth: ['tokens'] })
@Controller('tokens')
class TokensController {
  @Get()
  who(@CurrentPrincipal() who: Principal) {
    return who.username;
  }
}

@ServiceAuth({ auth: ['asked'] })
@Controller('asked')
class AskedController {
  @Get()
  who(@CurrentPrincipal() who: Principal) {
    return who.username;
  }
}

const OIDC = '/.well-known/openid-configuration';

describe.each(ADAPTERS)('a real authorization server that is configured by its issuer alone, on %s', (adapter) => {
  let key: SigningKey;
  let server: AuthorizationServer;
  let service: TestServer;
  let app: INestApplication;
  let url: string;
  const authorizations: (string | undefined)[] = [];

  beforeAll(async () => {
    key = createKey('ES256');
    server = await startAuthorizationServer({ signingKey: { ...key.privateKey.export({ format: 'jwk' }), kid: key.kid, use: 'sig' } });
    service = await startServer((request, response) => {
      authorizations.push(request.headers.authorization);
      response.end('{}');
    });
    const { issuer } = server;
    // It has to be there when it is needed, and not when the application boots.
    await server.stop();
    const auth = { method: 'client_secret_post', clientId: 'by_post', clientSecret: CLIENT_SECRET } as const;
    const schemes = {
      tokens: { jwtValidatorConfig: { issuer, audience: 'orders' } },
      asked: { oauth2IntrospectionConfig: { issuer, clientConfig: { auth } } },
    };
    const grant = { issuer, clientId: 'by_basic', clientSecret: CLIENT_SECRET, scopes: 'introspect' };
    const clients = { stock: { baseUrl: service.url.origin, auth: { oauth2ClientCredentialsGrantConfig: grant } } };
    ({ app, url } = await startApp(adapter, appModule({ auth: { schemes, clients }, controllers: [TokensController, AskedController] })));
  });
  afterAll(async () => {
    await app?.close();
    await service?.close();
    await server?.close();
  });

  const get = (path: string, token: string) => fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });

  it('costs 503 while it is down, for every kind of token', async () => {
    for (const path of ['/tokens', '/asked'])
      expect((await get(path, await mint(key, goodClaims({ iss: server.issuer })))).status).toBe(503);
    await expect(app.get(AuthClients).get('stock').fetch('/')).rejects.toMatchObject({ code: 'ERR_AUTH_UNAVAILABLE' });
  });

  it('has its tokens verified with the keys that its document names', async () => {
    await server.start();
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const token = await mint(key, goodClaims({ iss: server.issuer, sub: 'alice' }));
    const response = await get('/tokens', token);
    expect([response.status, await response.text()]).toEqual([200, 'alice']);
    expect((await get('/tokens', await mint(key, goodClaims({ iss: `${server.issuer}/` })))).status).toBe(401);
    expect((await get('/tokens', await mint(createKey('ES256', { kid: key.kid }), goodClaims({ iss: server.issuer })))).status).toBe(401);
  });

  it('is asked about its opaque tokens at the endpoint that its document names', async () => {
    server.requests.length = 0;
    const { token, revoke } = await server.issue({ sub: 'bob' });
    const response = await get('/asked', token);
    expect([response.status, await response.text()]).toEqual([200, 'bob']);
    await revoke();
    expect((await get('/asked', token)).status).toBe(401);
    // A forged token may have had the keys fetched again in the background.
    const requests = server.requests.filter((path) => path !== '/jwks');
    expect(requests).toEqual([OIDC, '/token/introspection', '/token/introspection']);
  });

  it('gives this application tokens at the endpoint that its document names', async () => {
    server.requests.length = 0;
    const response = await app.get(AuthClients).get('stock').fetch('/');
    expect(response.status).toBe(200);
    expect(authorizations).toEqual([expect.stringMatching(/^Bearer .+/)]);
    expect(server.requests).toEqual([OIDC, '/token']);
  });
});
