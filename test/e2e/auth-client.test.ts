import { Controller, Get, Inject, Injectable, Module, Req } from '@nestjs/common';
import {
  AuthClient,
  AuthClients,
  AuthConfigurationError,
  AuthModule,
  type AuthModuleOptions,
  getAuthClientToken,
  InjectAuthClient,
  ResourceAuth,
  ServiceAuth,
} from 'nest-service-auth';
import { ADAPTERS, createApp } from '../support/adapters.js';
import { withApp } from '../support/app.js';
import { startServer, type TestServer } from '../support/https-server.js';

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

describe.each(ADAPTERS)('a client that is injected on %s', (adapter) => {
  let service: TestServer;
  beforeAll(async () => {
    service = await startServer((request, response) => response.end(JSON.stringify({ url: request.url, headers: request.headers })));
  });
  afterAll(() => service.close());

  const options = (): AuthModuleOptions => ({
    clients: { inventory: { baseUrl: `${service.url}v1`, auth: { credentialsConfig: { username: 'orders', password: 'pässword' } } } },
  });
  const moduleOf = (auth: ReturnType<typeof AuthModule.forRoot>) => ({
    module: class AppModule {},
    imports: [auth, StockModule],
    controllers: [StockController],
  });

  it.each([
    ['forRoot', () => AuthModule.forRoot(options())],
    ['forRootAsync', () => AuthModule.forRootAsync({ useFactory: async () => options() })],
  ])('is made by %s, in a module that imports nothing', async (_how, auth) => {
    await withApp(adapter, moduleOf(auth()), async ({ url }) => {
      expect(await (await fetch(`${url}/stock`)).json()).toMatchObject({
        url: '/v1/stock',
        headers: { authorization: `Basic ${Buffer.from('orders:pässword').toString('base64')}` },
      });
    });
  });
});
