import {
  Controller,
  Get,
  type INestApplication,
  Logger,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  RequestMethod,
  VersioningType,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import express from 'express';
import { AuthService, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, type AdapterName, startApp } from '../support/adapters.js';
import { appModule } from '../support/app.js';

@ServiceAuth({ auth: ['keys'] })
@Controller('orders')
class OrdersController {
  @Get()
  list() {}
  @Get('files/*')
  file() {}
  @Get(':id')
  view() {}
}

@ServiceAuth({ auth: ['keys'] })
@Controller({ path: 'tenants', version: ['2', '3'], host: ':tenant.example.com' })
class TenantOrdersController {
  @Get()
  list() {}
}

@Module({})
class MiddlewareModule implements NestModule {
  configure(consumer: MiddlewareConsumer) {
    const pass = (_request: unknown, _response: unknown, next: () => void) => next();
    consumer.apply(pass).forRoutes('*path');
    consumer.apply(pass).forRoutes({ path: 'elsewhere', method: RequestMethod.GET });
    consumer.apply(pass).forRoutes(OrdersController);
  }
}

const schemes = { keys: { apiKeyConfig: { keys: { alice: [] } } } };
const moduleWith = (auth = {}) =>
  appModule({ auth: { schemes, ...auth }, imports: [MiddlewareModule], controllers: [OrdersController, TenantOrdersController] });

/** The raw routes that the boot tells of. */
async function toldBy(adapter: AdapterName, configure: (app: INestApplication) => void, auth = {}): Promise<string[]> {
  const warnings: string[] = [];
  const logger = { log: () => undefined, error: () => undefined, warn: (message: string) => void warnings.push(message) };
  const { app } = await startApp(adapter, moduleWith(auth), { logger, configure });
  await app.close();
  Logger.overrideLogger(false);
  // Nest has warnings of its own, about wildcards without names.
  const told = warnings.filter((line) => line.startsWith('Registered outside Nest'));
  return told.flatMap((line) => /where no guard runs: (.*)\. Guard them/.exec(line)?.[1]?.split(', ') ?? [line]);
}

const answer = (_request: unknown, response: { end(text: string): void }) => response.end('raw');
const instanceOf = <T>(app: INestApplication): T => app.getHttpAdapter().getInstance();

describe.each(ADAPTERS)('the boot on %s', (adapter) => {
  it.each<[string, (app: INestApplication) => void]>([
    ['without anything', () => undefined],
    ['with CORS', (app) => app.enableCors()],
    ['with versions in a header', (app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' })],
    ['with versions in the media type', (app) => app.enableVersioning({ type: VersioningType.MEDIA_TYPE, key: 'v=' })],
    ['with versions in the path', (app) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: ['1', '2'] })],
    ['with a global prefix and exceptions from it', (app) => app.setGlobalPrefix('api', { exclude: ['orders/:id'] })],
  ])('tells of no raw route where there is none: %s', async (_, configure) => {
    expect(await toldBy(adapter, configure)).toEqual([]);
  });

  it('tells of a raw route that stands before a guarded one of the same path', async () => {
    const configure = (app: INestApplication) => {
      app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version', defaultVersion: '1' });
      app.getHttpAdapter().get('/orders', answer);
    };
    expect(await toldBy(adapter, configure)).toEqual(['GET /orders']);
  });

  it('is silent about what rawRoutes names, and about what AuthService.protect() guards', async () => {
    const configure = (app: INestApplication) => {
      for (const path of ['/metrics', '/docs/json', '/docs/:file', '/queues/jobs', '/other']) app.getHttpAdapter().get(path, answer);
      app.use('/queues', app.get(AuthService).protect({ at: '/queues', auth: ['keys'] }));
    };
    expect(await toldBy(adapter, configure, { rawRoutes: ['/metrics', '/docs/*'] })).toEqual(['GET /other']);
    expect(await toldBy(adapter, configure, { rawRoutes: ['/metrics', '/docs/json', '/other'] })).toEqual(['GET /docs/:file']);
    const odd = (app: INestApplication) => void app.getHttpAdapter().get('/odd//x', answer);
    expect(await toldBy(adapter, odd, { rawRoutes: ['/metrics'] })).toEqual(['GET /odd//x']);
  });
});

it.each<[string, (app: INestApplication) => void, string[]]>([
  ['app.all()', (app) => instanceOf<express.Express>(app).all('/admin', answer as never), ['ALL /admin']],
  [
    'route().all()',
    (app) =>
      instanceOf<express.Express>(app)
        .route('/admin')
        .all(answer as never),
    ['ALL /admin'],
  ],
  ['several paths', (app) => instanceOf<express.Express>(app).get(['/a', '/b'], answer as never), ['GET /a', 'GET /b']],
  [
    'a mounted router',
    (app) =>
      app.use(
        '/admin',
        express
          .Router()
          .get('/', answer as never)
          .post('/:id', answer as never),
      ),
    ['GET /admin', 'POST /admin/:id'],
  ],
  [
    'routers within routers, with parameters',
    (app) => app.use('/o/:org', express.Router().use('/u', express.Router().get('/:user', answer as never))),
    ['GET /o/:org/u/:user'],
  ],
  ['a router at the root', (app) => app.use(express.Router().get('/x', answer as never)), ['GET /x']],
  ['a mounted application', (app) => app.use('/old', express().get('/x', answer as never)), ['ALL /old/*']],
  ['static files', (app) => app.use('/assets', express.static('.')), ['ALL /assets/*']],
  ['a regular expression', (app) => instanceOf<express.Express>(app).get(/^\/x\d+$/, answer as never), ['GET /^\\/x\\d+$/']],
])('Express: %s is told of', async (_, configure, expected) => {
  expect(await toldBy('express', configure)).toEqual(expected);
  expect(await toldBy('express', configure, { rawRoutes: ['/elsewhere'] })).toEqual(expected);
});

interface FastifyLike {
  register(plugin: (instance: FastifyLike, options: object, done: () => void) => void, options?: object): void;
  get(path: string, handler: unknown): void;
  head(path: string, handler: unknown): void;
  options(path: string, handler: unknown): void;
  all(path: string, handler: unknown): void;
}
const reply = async () => 'raw';

it.each<[string, (fastify: FastifyLike) => void, string[]]>([
  ['a wildcard beside guarded routes', (fastify) => fastify.get('/*', reply), ['GET /*']],
  ['an OPTIONS handler for everything, as plugins for CORS have one', (fastify) => fastify.options('*', reply), []],
  ['a route of all methods', (fastify) => fastify.all('/admin', reply), ['ALL /admin']],
  ['a HEAD route of its own', (fastify) => fastify.head('/orders', reply), ['HEAD /orders']],
  [
    'an encapsulated plugin within another',
    (fastify) =>
      fastify.register(
        (outer, _, done) => {
          outer.register(
            (inner, __, innerDone) => {
              inner.get('/jobs/:id', reply);
              innerDone();
            },
            { prefix: '/queues' },
          );
          done();
        },
        { prefix: '/admin' },
      ),
    ['GET /admin/queues/jobs/:id'],
  ],
])('Fastify: %s is told of as what it is', async (_, register, expected) => {
  expect(await toldBy('fastify', (app) => register(instanceOf<FastifyLike>(app)))).toEqual(expected);
});

it('Fastify: what was registered before the application was made is told of', async () => {
  const warnings: string[] = [];
  const logger = { log: () => undefined, error: () => undefined, warn: (message: string) => void warnings.push(message) };
  const adapter = new FastifyAdapter();
  adapter.getInstance().get('/early', reply);
  const app = await NestFactory.create(moduleWith(), adapter, { logger, abortOnError: false });
  await app.init();
  await app.close();
  Logger.overrideLogger(false);
  const told = warnings.filter((line) => line.startsWith('Registered outside Nest'));
  expect(told).toEqual([expect.stringMatching(/runs: \n.*\/early \(GET, HEAD\)\n\s+\(registered before/)]);
});
