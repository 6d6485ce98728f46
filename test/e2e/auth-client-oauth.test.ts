import { createPublicKey } from 'node:crypto';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import type { Provider } from 'oidc-provider';
import { createAuthClients } from '../../lib/client/create-auth-clients.js';
import { SYSTEM_CLOCK } from '../../lib/clock.js';
import { AuthUnavailableError, type ClientAuthConfig, TokenRefusedError } from '../../lib/index.js';
import { createOutgoingClient } from '../../lib/outgoing/outgoing-client.js';
import {
  type AuthorizationServer,
  CERTIFICATE_CLIENT_CN,
  CLIENT_SECRET,
  startAuthorizationServer,
} from '../support/authorization-server.js';
import { createTestCa, type IssuedCertificate, type TestCa } from '../support/certificates.js';
import { startServer, type TestServer } from '../support/https-server.js';
import { startTelemetry } from '../support/telemetry.js';
import { addTokenExchange, TOKEN_EXCHANGE } from '../support/token-exchange.js';

describe('clients of a real authorization server', () => {
  let ca: TestCa;
  let certificate: IssuedCertificate;
  let server: AuthorizationServer;
  let provider: Provider;
  let service: TestServer;
  const cleanups: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    ca = await createTestCa();
    certificate = await ca.issue({ cn: CERTIFICATE_CLIENT_CN });
    const own = await ca.issue();
    const tls = { key: own.keyPem, cert: own.certPem, ca: ca.certPem };
    const jwks = { keys: [{ kid: 'k1', ...createPublicKey(certificate.keyPem).export({ format: 'jwk' }) }] };
    server = await startAuthorizationServer({
      tls,
      jwks,
      clients: [
        { client_id: 'gateway', client_secret: CLIENT_SECRET, grant_types: [TOKEN_EXCHANGE], scope: 'read' },
        {
          client_id: 'app',
          token_endpoint_auth_method: 'none',
          grant_types: ['refresh_token', 'authorization_code'],
          response_types: ['code'],
          redirect_uris: ['https://app.example/back'],
          scope: 'read',
        },
      ],
      extend: (made) => {
        provider = made;
        addTokenExchange(made);
      },
    });
    // The service lets in whom the authorization server knows.
    service = await startServer(async ({ headers }, response) => {
      const value = headers.authorization?.replace('Bearer ', '') ?? '';
      const token = (await provider.AccessToken.find(value)) ?? (await provider.ClientCredentials.find(value));
      const { clientId, scope, aud } = token ?? {};
      const accountId = token?.kind === 'AccessToken' ? token.accountId : undefined;
      response.writeHead(token === undefined ? 401 : 200).end(JSON.stringify({ clientId, scope, aud, accountId }));
    });
  });
  afterAll(async () => {
    await service?.close();
    await server?.close();
  });
  beforeEach(() => {
    server.requests.length = 0;
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  });

  async function client(auth: ClientAuthConfig) {
    const surroundings = { createClient: createOutgoingClient, clock: SYSTEM_CLOCK, warn: () => {} };
    const clients = await createAuthClients({ inventory: { baseUrl: service.url.origin, auth } }, surroundings);
    cleanups.push(() => clients.onApplicationShutdown());
    return clients.get('inventory');
  }
  const tls = () => ({ cert: ca.certPem, key: { certFile: certificate.certPem, keyFile: certificate.keyPem } });
  const credentials = (more: object) =>
    client({
      oauth2ClientCredentialsGrantConfig: {
        tokenUrl: server.tokenUrl,
        scopes: 'introspect',
        clientConfig: { secureSocket: tls() },
        ...more,
      },
    });
  const clientConfig = (auth: object) => ({ clientConfig: { secureSocket: tls(), auth } });

  it.each<[string, string, () => object]>([
    ['a secret in the header', 'by_basic', () => ({ clientId: 'by_basic', clientSecret: CLIENT_SECRET })],
    ['a secret in the body', 'by_post', () => ({ clientId: 'by_post', clientSecret: CLIENT_SECRET, credentialBearer: 'POST_BODY_BEARER' })],
    [
      'an assertion',
      'by_key',
      () => clientConfig({ method: 'private_key_jwt', clientId: 'by_key', keyFile: certificate.keyPem, audience: server.issuer }),
    ],
    ['a certificate', 'by_certificate', () => clientConfig({ method: 'tls_client_auth', clientId: 'by_certificate' })],
  ])('get a token of their own by %s, once for many requests', async (_how, clientId, more) => {
    const inventory = await credentials(more());
    const responses = await Promise.all([1, 2, 3, 4, 5].map(() => inventory.fetch('/stock')));
    for (const response of responses) expect(await response.json()).toMatchObject({ clientId, scope: 'introspect' });
    expect(server.requests).toEqual(['/token']);
  });

  it('get another one when theirs is revoked, and the caller notices nothing', async () => {
    const inventory = await credentials({ clientId: 'by_basic', clientSecret: CLIENT_SECRET });
    expect((await inventory.fetch('/')).status).toBe(200);
    await server.revokeOwnTokens();
    const responses = await Promise.all([1, 2, 3].map(() => inventory.fetch('/', { method: 'POST', body: 'x' })));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(server.requests).toEqual(['/token', '/token']);
  });

  it('are told of a wrong secret by their name, and nobody is told the secret', async () => {
    const inventory = await credentials({ clientId: 'by_basic', clientSecret: 'wrong-secret' });
    const failure: any = await inventory.fetch('/').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TokenRefusedError);
    expect(failure.message).toMatch(/^AuthClient "inventory": the token endpoint .* refuses this application \(invalid_client\)/);
    expect(`${failure.stack} ${failure.cause} ${JSON.stringify(failure)}`).not.toContain('wrong-secret');
  });

  it('go on with the token that they have while the server is down, and with a new one when it is back', async () => {
    const inventory = await credentials({ clientId: 'by_basic', clientSecret: CLIENT_SECRET });
    const other = await credentials({ clientId: 'by_post', clientSecret: CLIENT_SECRET, credentialBearer: 'POST_BODY_BEARER' });
    await inventory.fetch('/');
    await server.stop();
    expect((await inventory.fetch('/')).status).toBe(200);
    await expect(other.fetch('/')).rejects.toBeInstanceOf(AuthUnavailableError);
    await server.start();
    expect((await other.fetch('/')).status).toBe(200);
  });

  it('refresh: the server takes each refresh token once, and they keep the new one', async () => {
    const app = await provider.Client.find('app');
    const grant = new provider.Grant({ accountId: 'alice', clientId: 'app' });
    grant.addOIDCScope('read');
    const first = new provider.RefreshToken({
      client: app!,
      accountId: 'alice',
      grantId: await grant.save(),
      gty: 'authorization_code',
      scope: 'read',
    } as never);
    const refreshToken = await first.save();
    const config = { refreshUrl: server.tokenUrl, refreshToken, clientId: 'app', clientConfig: { secureSocket: tls() } };
    const inventory = await client({ oauth2RefreshTokenGrantConfig: { ...config, clockSkew: 100_000 } });
    for (let time = 0; time < 3; time++)
      expect(await (await inventory.fetch('/')).json()).toMatchObject({ accountId: 'alice', clientId: 'app' });
    expect(server.requests).toEqual(['/token', '/token', '/token']);
    const late = await client({ oauth2RefreshTokenGrantConfig: config });
    await expect(late.fetch('/')).rejects.toMatchObject({ name: 'TokenRefusedError', reason: 'invalid_grant' });
  });

  it('exchange the token of a caller for one that the service is the audience of', async () => {
    const gateway = await client({
      oauth2TokenExchangeGrantConfig: {
        tokenUrl: server.tokenUrl,
        clientId: 'gateway',
        clientSecret: CLIENT_SECRET,
        audience: 'inventory',
        scopes: 'read',
        clientConfig: { secureSocket: tls() },
      },
    });
    const from = (token: string) => ({ headers: { authorization: `Bearer ${token}` }, rawHeaders: ['Authorization', `Bearer ${token}`] });
    const [alice, bob] = [await server.issue({ sub: 'alice' }), await server.issue({ sub: 'bob' })];
    const call = async ({ token }: { token: string }) => (await gateway.onBehalfOf(from(token)).fetch('/')).json();
    const answers = await Promise.all([alice, bob, alice].map(call));
    expect(answers).toMatchObject([
      { accountId: 'alice', clientId: 'gateway', aud: 'inventory' },
      { accountId: 'bob' },
      { accountId: 'alice' },
    ]);
    expect(server.requests).toEqual(['/token', '/token']);
    await expect(call({ token: 'forged' })).rejects.toMatchObject({ name: 'TokenRefusedError', reason: 'invalid_grant' });
  });

  it('show in a trace that they obtained a token, and below it the request that they made for it', async () => {
    const telemetry = startTelemetry();
    const undici = new UndiciInstrumentation();
    cleanups.push(async () => {
      undici.disable();
      await telemetry.stop();
    });
    const inventory = await credentials({ clientId: 'by_basic', clientSecret: CLIENT_SECRET });
    await inventory.fetch('/stock');
    await inventory.fetch('/stock');
    const spans = telemetry.spans();
    const obtained = spans.find(({ name }) => name === 'obtain token');
    const names = { 'auth.client': 'inventory', 'auth.grant': 'client_credentials', 'auth.outcome': 'obtained' };
    expect(obtained?.attributes).toEqual(names);
    const asked = spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === obtained?.spanContext().spanId);
    expect(asked.map(({ attributes }) => attributes['url.path'])).toEqual(['/token']);
    const calls = spans.filter(({ attributes }) => attributes['url.path'] === '/stock');
    expect(calls.map(({ parentSpanContext }) => parentSpanContext)).toEqual([undefined, undefined]);
    expect(await telemetry.valueOf('auth.client.token_requests', names)).toBe(1);
  });
});
