import {
  All,
  Controller,
  Get,
  Head,
  type INestApplication,
  Inject,
  Injectable,
  Module,
  Options,
  Post,
  Scope,
  VersioningType,
} from '@nestjs/common';
import { LazyModuleLoader, REQUEST, RouterModule } from '@nestjs/core';
import { AuthService, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS } from '../support/adapters.js';
import { appModule, bootError, eventsOf, RecordingSink, withApp } from '../support/app.js';

const auth = { schemes: { keys: { apiKeyConfig: { keys: { alice: ['read'] } } } }, eventSink: RecordingSink };
const asAlice = { headers: { 'x-api-key': 'alice' } };

@ServiceAuth({ auth: ['keys'] })
@Controller('orders')
class OrderController {
  @Get()
  list() {
    return 'list';
  }

  @Post()
  create() {
    return 'created';
  }

  @ResourceAuth({ auth: false })
  @Get('open')
  open() {
    return 'open';
  }

  @All('all')
  all() {
    return 'all';
  }

  @Head('head')
  head() {}

  @Options('options')
  options() {
    return 'options';
  }

  @Get(['one', 'two'])
  several() {
    return 'several';
  }
}

describe.each(ADAPTERS)('whatever way a route is reached on %s', (adapter) => {
  async function expectGuarded(url: string, init: RequestInit = {}) {
    expect((await fetch(url, init)).status).toBe(401);
    const answer = await fetch(url, { ...init, ...asAlice });
    expect([url, init.method, answer.ok]).toEqual([url, init.method, true]);
    return answer;
  }

  it('guards every method and every path of a handler', async () => {
    await withApp(adapter, appModule({ auth, controllers: [OrderController] }), async ({ url }) => {
      await expectGuarded(`${url}/orders`);
      await expectGuarded(`${url}/orders?x=1`);
      await expectGuarded(`${url}/orders`, { method: 'POST' });
      await expectGuarded(`${url}/orders/one`);
      await expectGuarded(`${url}/orders/two`);
      await expectGuarded(`${url}/orders/head`, { method: 'HEAD' });
      await expectGuarded(`${url}/orders/options`, { method: 'OPTIONS' });
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) await expectGuarded(`${url}/orders/all`, { method });
    });
  });

  it('guards HEAD by the rule of the GET handler', async () => {
    await withApp(adapter, appModule({ auth, controllers: [OrderController] }), async ({ url }) => {
      const refused = await fetch(`${url}/orders`, { method: 'HEAD' });
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'ApiKey realm="api"']);
      expect((await fetch(`${url}/orders`, { method: 'HEAD', ...asAlice })).status).toBe(200);
      expect((await fetch(`${url}/orders/open`, { method: 'HEAD' })).status).toBe(200);
    });
  });

  it('answers a preflight without credentials, and lets a browser read the refusal', async () => {
    const configure = (app: INestApplication) => app.enableCors({ origin: 'https://shop.test' });
    await withApp(
      adapter,
      appModule({ auth, controllers: [OrderController] }),
      async ({ url }) => {
        const origin = { origin: 'https://shop.test' };
        const preflight = await fetch(`${url}/orders`, {
          method: 'OPTIONS',
          headers: { ...origin, 'access-control-request-method': 'GET' },
        });
        expect(preflight.status).toBe(204);
        const refused = await fetch(`${url}/orders`, { headers: origin });
        expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, 'https://shop.test']);
      },
      { configure },
    );
  });

  it('guards below a global prefix, and names it', async () => {
    const configure = (app: INestApplication) => app.setGlobalPrefix('api', { exclude: ['orders/open'] });
    const module = appModule({ auth, controllers: [OrderController] });
    await withApp(
      adapter,
      module,
      async ({ app, url }) => {
        await expectGuarded(`${url}/api/orders`);
        expect((await fetch(`${url}/orders/open`)).status).toBe(200);
        expect(eventsOf(app)).toMatchObject([{ route: 'OrderController.list (GET /api/orders)' }]);
      },
      { configure },
    );
  });

  it.each([
    ['in the URI', { type: VersioningType.URI } as const, (url: string, version: string) => [`${url}/v${version}/things`, {}] as const],
    [
      'in a header',
      { type: VersioningType.HEADER, header: 'x-version' } as const,
      (url: string, version: string) => [`${url}/things`, { 'x-version': version }] as const,
    ],
  ])('keeps the versions of a route apart: %s', async (_, versioning, locate) => {
    @ServiceAuth({ auth: ['keys'] })
    @Controller({ path: 'things', version: '1' })
    class ThingsV1Controller {
      @Get()
      list() {
        return 'v1';
      }
    }
    @ServiceAuth({ auth: false })
    @Controller({ path: 'things', version: '2' })
    class ThingsV2Controller {
      @Get()
      list() {
        return 'v2';
      }
    }
    await withApp(
      adapter,
      appModule({ auth, controllers: [ThingsV2Controller, ThingsV1Controller] }),
      async ({ url }) => {
        const get = async (version: string, key: Record<string, string>) => {
          const [address, headers] = locate(url, version);
          return (await fetch(address, { headers: { ...headers, ...key } })).status;
        };
        expect([await get('1', {}), await get('1', asAlice.headers), await get('2', {})]).toEqual([401, 200, 200]);
      },
      { configure: (app) => app.enableVersioning(versioning) },
    );
  });

  it('guards below the paths of RouterModule', async () => {
    @Module({ controllers: [OrderController] })
    class ShopModule {}
    const imports = [ShopModule, RouterModule.register([{ path: 'shop', module: ShopModule }])];
    await withApp(adapter, appModule({ auth, imports }), async ({ url }) => {
      await expectGuarded(`${url}/shop/orders`);
    });
  });

  it('guards controllers that are made for each request', async () => {
    @ServiceAuth({ auth: ['keys'] })
    @Controller({ path: 'scoped', scope: Scope.REQUEST })
    class ScopedController {
      constructor(@Inject(REQUEST) private readonly request: { user?: Principal }) {}
      @Get()
      list(@CurrentPrincipal() who: Principal) {
        return { who: who.username, same: this.request.user === who };
      }
    }
    await withApp(adapter, appModule({ auth, controllers: [ScopedController] }), async ({ url }) => {
      const answer = await expectGuarded(`${url}/scoped`);
      expect(await answer.json()).toEqual({ who: 'alice', same: true });
    });
  });

  it('refuses rather than guesses when each request makes a handler of its own', async () => {
    @ServiceAuth({ auth: ['keys'] })
    @Controller({ path: 'scoped', scope: Scope.REQUEST })
    class RebindingController {
      constructor() {
        this.list = this.list.bind(this);
      }
      @Get()
      list() {
        return 'list';
      }
    }
    await withApp(adapter, appModule({ auth, controllers: [RebindingController] }), async ({ app, url }) => {
      expect((await fetch(`${url}/scoped`, asAlice)).status).toBe(403);
      const [event] = eventsOf(app);
      expect(event).toMatchObject({ status: 403, steps: [{ reason: 'unknown_handler' }] });
    });
  });

  it('offers AuthService to a module that is loaded later', async () => {
    @Injectable()
    class LateService {
      constructor(@Inject(AuthService) readonly auth: AuthService) {}
    }
    @Module({ providers: [LateService] })
    class LateModule {}
    await withApp(adapter, appModule({ auth }), async ({ app }) => {
      const late = await app.get(LazyModuleLoader, { strict: false }).load(() => LateModule);
      await expect(late.get(LateService).auth.authenticate(undefined, ['keys'])).rejects.toMatchObject({ status: 401 });
    });
  });

  it('gives one plan to a controller of two modules', async () => {
    @Module({ controllers: [OrderController] })
    class FirstModule {}
    @Module({ controllers: [OrderController] })
    class SecondModule {}
    const paths = RouterModule.register([
      { path: 'first', module: FirstModule },
      { path: 'second', module: SecondModule },
    ]);
    await withApp(adapter, appModule({ auth, imports: [FirstModule, SecondModule, paths] }), async ({ url }) => {
      await expectGuarded(`${url}/first/orders`);
      await expectGuarded(`${url}/second/orders`);
    });
  });

  it('finds the routes of every module', async () => {
    @Controller('deep')
    class DeepController {
      @Get()
      list() {}
    }
    @Module({ controllers: [DeepController] })
    class DeepModule {}
    @Module({ imports: [DeepModule] })
    class MiddleModule {}
    const { message } = await bootError(adapter, appModule({ auth, imports: [MiddleModule] }));
    expect(message).toContain('DeepController.list (GET /deep)');
  });
});
