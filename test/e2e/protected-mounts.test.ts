import { Controller, Get, type INestApplication, Injectable, type OnModuleInit } from '@nestjs/common';
import express from 'express';
import { AuthService, type Principal, type ProtectOptions, ResourceAuth } from 'nest-service-auth';
import { ADAPTERS, type AdapterName, createApp, type RunningApp } from '../support/adapters.js';
import { appModule, bootError, eventsOf, RecordingSink, withApp } from '../support/app.js';
import { rawRequest } from '../support/raw-http.js';

@Controller('orders')
class OrdersController {
  @ResourceAuth({ auth: false })
  @Get()
  list() {
    return 'orders';
  }
}

const schemes = { keys: { apiKeyConfig: { keys: { alice: ['queues'], bob: [] } } } };
const rules = [{ context: '/queues/*', secured: true, scopes: ['queues'] }];
const moduleWith = (auth: object) => appModule({ auth: { schemes, eventSink: RecordingSink, ...auth }, controllers: [OrdersController] });

type Handler = (request: { user?: Principal }, response: { end(text: string): void }) => void;
const board: Handler = ({ user }, response) => response.end(`board of ${user?.username}`);

interface FastifyLike {
  register(plugin: (instance: FastifyLike, options: object, done: () => void) => void, options: object): void;
  addHook(name: 'onRequest', hook: unknown): void;
  get(path: string, handler: (request: { user?: Principal }) => Promise<string>): void;
}

const fastifyOf = (app: INestApplication): FastifyLike => app.getHttpAdapter().getInstance();

/** Puts a dashboard at a path, guarded by what `protect()` makes, as each framework does it. */
function mount(app: INestApplication, adapter: AdapterName, options: ProtectOptions, at = options.at): void {
  const protection = app.get(AuthService).protect(options);
  if (adapter === 'express') return void app.use(at, protection, board);
  const plugin = (instance: FastifyLike, _: object, done: () => void) => {
    instance.addHook('onRequest', protection);
    for (const path of ['/', '/jobs', '/:id/log']) instance.get(path, async ({ user }) => `board of ${user?.username}`);
    done();
  };
  fastifyOf(app).register(plugin, { prefix: at });
}

const statusLine = async (url: string, target: string) => `${target}: ${(await rawRequest(url, [`GET ${target} HTTP/1.1`])).status}`;
const key = (name: string) => ({ headers: { 'x-api-key': name } });
const status = async ({ url }: RunningApp, path: string, init = {}) => (await fetch(`${url}${path}`, init)).status;

describe.each(ADAPTERS)('what Nest does not route, behind AuthService.protect(), on %s', (adapter) => {
  it.each<[string, object, ProtectOptions]>([
    ['its entries', {}, { at: '/queues', auth: [{ scheme: 'keys', scopes: 'queues' }] }],
    ['the access rules', { resourceAccessControl: { rules } }, { at: '/queues' }],
    [
      'a rule for one of its paths',
      { resourceAccessControl: { rules: [{ context: '/queues/jobs', secured: true, scopes: ['queues'] }] } },
      { at: '/queues/' },
    ],
    ['defaultAuth', { defaultAuth: [{ scheme: 'keys', scopes: 'queues' }] }, { at: '/queues' }],
  ])('is guarded by %s', async (_, auth, options) => {
    const configure = (app: INestApplication) => mount(app, adapter, options);
    await withApp(
      adapter,
      moduleWith(auth),
      async (running) => {
        const [nobody, poor] = [await fetch(`${running.url}/queues/jobs`), await fetch(`${running.url}/queues/jobs`, key('bob'))];
        expect([
          nobody.status,
          nobody.headers.get('www-authenticate'),
          ((await nobody.json()) as { statusCode: number }).statusCode,
        ]).toEqual([401, expect.stringContaining('realm="api"'), 401]);
        expect(poor.status).toBe(403);
        const rich = await fetch(`${running.url}/queues/jobs?page=1`, key('alice'));
        expect([rich.status, await rich.text()]).toEqual([200, 'board of alice']);
        expect(await status(running, '/queues/jobs', { method: 'HEAD' })).toBe(401);
        expect(await status(running, '/orders')).toBe(200);
        expect(eventsOf(running.app).map((event) => `${event.status} ${event.route}`)).toContain('401 protect(/queues)');
      },
      { configure },
    );
  });

  it('is guarded in every spelling, and refused in an ambiguous one', async () => {
    const configure = (app: INestApplication) => mount(app, adapter, { at: '/queues' });
    await withApp(
      adapter,
      moduleWith({ resourceAccessControl: { rules, defaultAccess: 'allow' } }),
      async ({ url }) => {
        for (const target of [
          '/queues',
          '/queues/',
          '/QUEUES/jobs',
          '/queues/jobs/',
          '/queues/%6aobs',
          '/queues/7/log?x=/../y',
          '/%71ueues/jobs',
        ])
          expect(await statusLine(url, target)).toMatch(/: 40[14]$/);
        for (const target of ['/queues//jobs', '/queues/..;/jobs', '/queues/a%2Fb/log', '/queues/./jobs', '/queues/%2e%2e/log'])
          expect(await statusLine(url, target)).toMatch(/: 40[04]$/);
      },
      { configure },
    );
  });

  it.each([
    ['problem', 'application/problem+json', { type: 'about:blank', title: 'Unauthorized', status: 401 }],
    ['empty', null, undefined],
  ])('is refused with the body that responseBody names: %s', async (responseBody, type, body) => {
    const configure = (app: INestApplication) => mount(app, adapter, { at: '/queues', auth: ['keys'] });
    await withApp(
      adapter,
      moduleWith({ responseBody }),
      async ({ url }) => {
        const answer = await fetch(`${url}/queues`);
        const text = await answer.text();
        expect([answer.headers.get('content-type')?.split(';')[0] ?? null, text === '' ? undefined : JSON.parse(text)]).toEqual([
          type,
          body,
        ]);
      },
      { configure },
    );
  });

  it('is closed where it is mounted somewhere else than it says', async () => {
    const configure = (app: INestApplication) => mount(app, adapter, { at: '/queue', auth: ['keys'] }, '/queues');
    await withApp(adapter, moduleWith({}), async (running) => expect(await status(running, '/queues/jobs', key('alice'))).toBe(403), {
      configure,
    });
  });

  it('leaves other paths alone where it is registered for the whole application', async () => {
    const configure = (app: INestApplication) => {
      const protection = app.get(AuthService).protect({ at: '/queues', auth: ['keys'] });
      if (adapter === 'express') app.use(protection);
      else fastifyOf(app).addHook('onRequest', protection);
      app.getHttpAdapter().get('/queues/raw', (_: unknown, response: { send(text: string): void }) => response.send('raw'));
    };
    await withApp(
      adapter,
      moduleWith({}),
      async (running) =>
        expect([
          await status(running, '/orders'),
          await status(running, '/queues/raw'),
          await status(running, '/queues/raw', key('bob')),
        ]).toEqual([200, 401, 200]),
      { configure },
    );
  });

  it.each([
    ['json', 'application/json', { message: 'Unauthorized', statusCode: 401 }],
    ['problem', 'application/problem+json', { type: 'about:blank', title: 'Unauthorized', status: 401 }],
    ['empty', undefined, null],
  ])('is guarded as a middleware whose mount is taken off the path, with the body: %s', async (responseBody, type, body) => {
    await withApp(
      adapter,
      moduleWith({ responseBody }),
      async (running) => {
        const refused = await fetch(`${running.url}/queues/jobs`);
        expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('realm="api"')]);
        expect([refused.headers.get('content-type')?.split(';')[0], JSON.parse((await refused.text()) || 'null')]).toEqual([type, body]);
        expect(await status(running, '/queues/jobs', key('bob'))).toBe(200);
      },
      {
        configure: (app) => {
          app.use('/queues', app.get(AuthService).protect({ at: '/queues', auth: ['keys'] }));
          app.use('/queues', board);
        },
      },
    );
  });

  it.each<[unknown, RegExp]>([
    [{ at: 'queues' }, /AuthService\.protect\(\)\.at: must be a path as rules see it/],
    [{ at: '/queues/*' }, /AuthService\.protect\(\)\.at: must be a path as rules see it/],
    [{ at: '/caf%C3%A9' }, /AuthService\.protect\(\)\.at: must be a path as rules see it/],
    [{ at: '/a/../b' }, /AuthService\.protect\(\)\.at: must be a path as rules see it/],
    [{ at: '/queues', entries: [] }, /AuthService\.protect\(\)\.entries: is not a known field/],
    [{ at: '/queues', auth: 'keys' }, /AuthService\.protect\(\)\.auth: must be a list of entries/],
  ])('is a mistake at once where it is not well said: %j', async (options, message) => {
    const app = await createApp(adapter, moduleWith({}));
    expect(() => app.get(AuthService).protect(options as ProtectOptions)).toThrow(message);
    await app.close();
  });

  it.each<[object, ProtectOptions, RegExp]>([
    [{}, { at: '/queues' }, /AuthService\.protect\(\{ at: '\/queues' \}\): has no entries, and there are no access rules/],
    [{}, { at: '/queues', auth: ['kees'] as never }, /AuthService\.protect\(\{ at: '\/queues' \}\)\[0\].*Did you mean "keys"/],
  ])('stops the boot where nothing could decide: %j %j', async (auth, options, message) => {
    const error = await bootError(adapter, moduleWith(auth), { configure: (app) => mount(app, adapter, options) });
    expect(error.message).toMatch(message);
  });
});

it('is guarded in a router within a router of Express', async () => {
  const configure = (app: INestApplication) => {
    const outer = express.Router();
    outer.use('/queues', app.get(AuthService).protect({ at: '/admin/queues' }) as express.RequestHandler, board as never);
    app.use('/admin', outer);
  };
  const nested = [{ context: '/admin/queues/*', secured: true, scopes: ['queues'] }];
  await withApp(
    'express',
    moduleWith({ resourceAccessControl: { rules: nested, defaultAccess: 'allow' } }),
    async (running) => {
      expect([
        await status(running, '/admin/queues/jobs'),
        await status(running, '/ADMIN/Queues', key('bob')),
        await status(running, '/admin/queues/jobs', key('alice')),
      ]).toEqual([401, 403, 200]);
    },
    { configure },
  );
});

it.each<[string, object, number | string]>([
  ['has finished', { auth: false }, 200],
  ['has failed, which closes the port', {}, 'no connection'],
])('is unavailable until the boot %s', async (_, declaration, after) => {
  @Controller('late')
  class LateController {
    @Get()
    list() {
      return 'late';
    }
  }
  const list = Object.getOwnPropertyDescriptor(LateController.prototype, 'list');
  if ('auth' in declaration && list !== undefined) ResourceAuth({ auth: false })(LateController.prototype, 'list', list);
  const seen: (number | string)[] = [];
  let url = '';
  @Injectable()
  class Early implements OnModuleInit {
    async onModuleInit() {
      seen.push((await fetch(`${url}/queues`, key('alice'))).status);
    }
  }
  const app = await createApp('express', appModule({ auth: { schemes }, providers: [Early], controllers: [LateController] }));
  app.use('/queues', app.get(AuthService).protect({ at: '/queues', auth: ['keys'] }), board);
  const server = app.getHttpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${server.address().port}`;
  await app.init().catch(() => undefined);
  const answer = await fetch(`${url}/queues`, key('alice')).catch(() => undefined);
  seen.push(answer?.status ?? 'no connection');
  server.close();
  await app.close();
  expect(seen).toEqual([503, after]);
});

it('is refused where only the case of a letter keeps a stricter rule from deciding', async () => {
  const rules = [{ context: '/queues/Secret/*', secured: true }];
  const configure = (app: INestApplication) =>
    app.use(
      '/queues',
      app.get(AuthService).protect({ at: '/queues' }),
      express
        .Router()
        .get('/Secret', board as never)
        .get('/Other', board as never),
    );
  await withApp(
    'express',
    moduleWith({ resourceAccessControl: { rules, defaultAccess: 'allow' } }),
    async (running) => {
      expect([
        await status(running, '/queues/Secret'),
        await status(running, '/queues/secret'),
        await status(running, '/QUEUES/SECRET/x'),
      ]).toEqual([401, 400, 400]);
      expect([await status(running, '/queues/other'), await status(running, '/queues/Secret', key('bob'))]).toEqual([200, 200]);
    },
    { configure },
  );
});

it('is guarded by the route and the method that Fastify chose, whatever a middleware makes of them', async () => {
  const rules = [
    { context: '/queues/jobs', secured: false, httpMethod: 'POST' },
    { context: '/queues/jobs', secured: true, httpMethod: 'GET' },
  ];
  const configure = (app: INestApplication) => {
    app.use((request: { method: string; url: string; headers: Record<string, string> }, _: unknown, next: () => void) => {
      request.method = request.headers['x-method'] ?? request.method;
      request.url = request.headers['x-url'] ?? request.url;
      next();
    });
    mount(app, 'fastify', { at: '/queues' });
  };
  await withApp(
    'fastify',
    moduleWith({ resourceAccessControl: { rules, defaultAccess: 'allow' } }),
    async (running) => {
      expect(await status(running, '/queues/jobs', { headers: { 'x-method': 'POST' } })).toBe(401);
      expect([400, 401]).toContain(await status(running, '/queues/jobs', { headers: { 'x-url': '/orders' } }));
      expect([400, 401]).toContain(await status(running, '/queues/jobs', { headers: { 'x-url': '/queues/7/log' } }));
    },
    { configure },
  );
});
