import { Controller, Get, type INestApplication, Module } from '@nestjs/common';
import { AuthModule, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { ApiKeyStrategy } from '../support/api-key.strategy.js';

@ServiceAuth({ auth: ['keys'] })
@Controller('orders')
class OrderController {
  @Get()
  list(@CurrentPrincipal() who: Principal) {
    return who;
  }

  @ResourceAuth({ auth: { scopes: 'write' } })
  @Get('write')
  write() {
    return 'written';
  }

  @ResourceAuth({ auth: false })
  @Get('open')
  open(@CurrentPrincipal() who?: Principal) {
    return { who: who ?? null };
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      schemes: { keys: { apiKeyConfig: { keys: { alice: ['write'], bob: ['read'] } } } },
      strategies: [ApiKeyStrategy],
    }),
  ],
  controllers: [OrderController],
})
class AppModule {}

describe.each(ADAPTERS)('the guard on %s', (adapter) => {
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    ({ app, url } = await startApp(adapter, AppModule));
  });
  afterAll(() => app.close());

  const get = (path: string, key?: string) => fetch(`${url}/orders${path}`, { headers: key === undefined ? {} : { 'x-api-key': key } });

  it('admits a caller whom the service knows, and names it to the handler', async () => {
    const response = await get('', 'bob');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ username: 'bob', scheme: 'keys', scopes: ['read'] });
  });

  it('refuses a caller without credentials, and says what to send', async () => {
    const response = await get('');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('ApiKey realm="api"');
    expect(await response.json()).toEqual({ message: 'Unauthorized', statusCode: 401 });
  });

  it('refuses a known caller that lacks the scope', async () => {
    expect((await get('/write', 'bob')).status).toBe(403);
    expect((await get('/write', 'alice')).status).toBe(200);
  });

  it('lets everybody in to an open resource, without a principal', async () => {
    expect(await (await get('/open', 'alice')).json()).toEqual({ who: null });
  });
});
