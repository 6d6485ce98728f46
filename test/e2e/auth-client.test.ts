import { Controller, Get, Inject, Injectable, Module, Req } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  AuthClient,
  type AuthClientConfig,
  AuthClients,
  AuthConfigurationError,
  AuthModule,
  type AuthModuleOptions,
  getAuthClientToken,
  InjectAuthClient,
  ServiceAuth,
} from 'nest-service-auth';
import { ADAPTERS, createApp } from '../support/adapters.js';
import { withApp } from '../support/app.js';
import { type AuthorizationServer, CLIENT_SECRET, startAuthorizationServer } from '../support/authorization-server.js';
import { startServer, type TestServer } from '../support/https-server.js';
import { addTokenExchange, TOKEN_EXCHANGE } from '../support/token-exchange.js';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

@Injectable()
class Stock {
  constructor(@InjectAuthClient('inventory') readonly inventory: AuthClient) {}
}

@Module({ providers: [Stock], exports: [Stock] })
class StockModule {}

@ServiceAuth({ auth: false })
@Controller('stock')
class StockController {
  constructor(
    @Inject(Stock) private readonly stock: Stock,
    @Inject(AuthClients) private readonly clients: AuthClients,
  ) {}

  @Get()
  async list() {
    return (await this.stock.inventory.fetch('/stock')).json();
  }

  @Get('traced')
  async traced(@Req() request: any) {
    return (await this.clients.get('inventory').inTraceOf(request).fetch('/stock')).json();
  }
}

/** Nobody but one test uses it: other applications of this process must not need its client. */
@Injectable()
class Misspelt {
  @InjectAuthClient('inventry') readonly client!: AuthClient;
}

@ServiceAuth({ auth: ['sts'] })
@Controller('gateway')
class GatewayController {
  constructor(@InjectAuthClient('orders') private readonly orders: AuthClient) {}

  @Get()
  async forward(@Req() request: any) {
    return (await this.orders.onBehalfOf(request).fetch('/order')).json();
  }
}

describe.each(ADAPTERS)('a client on %s', (adapter) => {
  let service: TestServer;
  let idp: AuthorizationServer;
  beforeAll(async () => {
    service = await startServer((request, response) => response.end(JSON.stringify({ url: request.url, headers: request.headers })));
    idp = await startAuthorizationServer({
      clients: [{ client_id: 'gateway', client_secret: CLIENT_SECRET, grant_types: [TOKEN_EXCHANGE], scope: 'read' }],
      extend: addTokenExchange,
    });
  });
  afterAll(async () => {
    await service?.close();
    await idp?.close();
  });

  const basic = (): AuthClientConfig => ({
    baseUrl: `${service.url}v1`,
    auth: { credentialsConfig: { username: 'orders', password: 'pässword' } },
  });
  const options = (): AuthModuleOptions => ({ clients: { inventory: basic() } });
  const moduleOf = (auth: ReturnType<typeof AuthModule.forRoot>, ...providers: any[]) => ({
    module: class AppModule {},
    imports: [auth, StockModule],
    controllers: [StockController],
    providers,
  });

  it.each([
    ['forRoot', () => AuthModule.forRoot(options())],
    ['forRootAsync', () => AuthModule.forRootAsync({ useFactory: async () => options() })],
  ])('is made by %s, for modules that import nothing', async (_how, auth) => {
    await withApp(adapter, moduleOf(auth()), async ({ url }) => {
      expect(await (await fetch(`${url}/stock`)).json()).toMatchObject({
        url: '/v1/stock',
        headers: { authorization: `Basic ${Buffer.from('orders:pässword').toString('base64')}` },
      });
      expect(await (await fetch(`${url}/stock/traced`, { headers: { traceparent: TRACEPARENT } })).json()).toMatchObject({
        headers: { traceparent: TRACEPARENT },
      });
    });
  });

  it.each([
    ['forRoot', () => AuthModule.forRoot(options())],
    ['forRootAsync', () => AuthModule.forRootAsync({ useFactory: async () => options() })],
  ])('that nobody configured stops the boot (%s), and the nearest name is told', async (_how, auth) => {
    const boot = createApp(adapter, moduleOf(auth(), Misspelt));
    await expect(boot).rejects.toThrow(AuthConfigurationError);
    await expect(boot).rejects.toThrow('There is no client "inventry" in AuthModule options.clients. Did you mean "inventory"?');
  });

  it('whose config is wrong stops the boot, together with the others', async () => {
    const clients = { inventory: { ...basic(), timeot: 3 }, orders: { baseUrl: 'x', auth: false } } as any;
    await expect(createApp(adapter, moduleOf(AuthModule.forRoot({ clients })))).rejects.toThrow(
      'AuthModule options.clients.inventory.timeot: is not a known field. Known: baseUrl, allowedOrigins, auth, clientConfig, maxResponseBytes.\n' +
        'AuthModule options.clients.orders.baseUrl: must be an absolute URL that begins with https://, as https://idp.example.com/path.',
    );
  });

  it('is closed with the application', async () => {
    const app = await createApp(adapter, moduleOf(AuthModule.forRoot(options())));
    await app.init();
    const { inventory } = app.get(Stock, { strict: false });
    expect((await inventory.fetch('/')).status).toBe(200);
    await app.close();
    await expect(inventory.fetch('/')).rejects.toThrow('shutting down');
  });

  it('may be another one in a test', async () => {
    const instead = { fetch: async () => new Response('[]') };
    const testing = await Test.createTestingModule({ imports: [moduleOf(AuthModule.forRoot(options()))] })
      .overrideProvider(getAuthClientToken('inventory'))
      .useValue(instead)
      .compile();
    expect(testing.get(Stock, { strict: false }).inventory).toBe(instead);
    await testing.close();
  });

  describe('calls on behalf of a caller', () => {
    const gateway = () => {
      const secret = { clientId: 'gateway', clientSecret: CLIENT_SECRET };
      const auth = { oauth2TokenExchangeGrantConfig: { tokenUrl: idp.tokenUrl, ...secret, audience: 'orders', scopes: 'read' } };
      const introspection = { method: 'client_secret_basic', clientId: 'by_basic', clientSecret: CLIENT_SECRET } as const;
      return AuthModule.forRoot({
        responseBody: 'problem',
        schemes: {
          sts: { oauth2IntrospectionConfig: { url: idp.introspectionUrl, cacheConfig: {}, clientConfig: { auth: introspection } } },
        },
        clients: { orders: { baseUrl: service.url.origin, auth } },
      });
    };
    const app = () => ({ module: class GatewayModule {}, imports: [gateway()], controllers: [GatewayController] });
    const call = (url: string, token: string) =>
      fetch(`${url}/gateway`, { headers: { authorization: `Bearer ${token}`, traceparent: TRACEPARENT } });

    it('whom the guard let in, with a token of the caller’s for the service, and in the caller’s trace', async () => {
      const { token } = await idp.issue({ sub: 'alice' });
      await withApp(adapter, app(), async ({ url }) => {
        const { headers } = (await (await call(url, token)).json()) as { headers: Record<string, string> };
        expect(headers).toMatchObject({ authorization: expect.stringMatching(/^Bearer ./), traceparent: TRACEPARENT });
        expect(headers.authorization).not.toBe(`Bearer ${token}`);
        expect((await call(url, 'forged')).status).toBe(401);
      });
    });

    it('with the token of before while the server is down; others are told to come back', async () => {
      const [alice, bob] = [await idp.issue({ sub: 'alice' }), await idp.issue({ sub: 'bob' })];
      await withApp(adapter, app(), async ({ url }) => {
        expect((await call(url, alice.token)).status).toBe(200);
        await idp.stop();
        expect((await call(url, alice.token)).status).toBe(200);
        const answer = await call(url, bob.token);
        expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
        await idp.start();
        expect((await call(url, bob.token)).status).toBe(200);
      });
    });
  });

  it('that gets no token answers 503 from a handler, with the module’s own body', async () => {
    const auth = { oauth2ClientCredentialsGrantConfig: { tokenUrl: 'http://localhost:9/token', clientId: 'a', clientSecret: 'b' } };
    const clients = { inventory: { baseUrl: service.url.origin, auth } };
    await withApp(adapter, moduleOf(AuthModule.forRoot({ responseBody: 'problem', clients })), async ({ url }) => {
      const answer = await fetch(`${url}/stock`);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(await answer.json()).toEqual({ type: 'about:blank', title: 'Service Unavailable', status: 503 });
    });
  });
});
