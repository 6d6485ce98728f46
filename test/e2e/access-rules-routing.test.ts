import { request as send } from 'node:http';
import { connect } from 'node:net';
import { All, Controller, Get, Head, Module, Options, Post, type Type, Version, VersioningType } from '@nestjs/common';
import { NestFactory, RouterModule } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { AccessRule } from 'nest-service-auth';
import { ADAPTERS, type AdapterName, type RunningApp, type StartOptions, startApp } from '../support/adapters.js';
import { appModule } from '../support/app.js';

/** The router hands every request of these tests to a handler that says which it is. */
@Controller('users')
class UsersController {
  @Get()
  list() {
    return 'list';
  }
  @Post()
  create() {
    return 'create';
  }
  @Get('me')
  me() {
    return 'me';
  }
  @Get(':id')
  view() {
    return 'view';
  }
  @Get(':id/report.json')
  report() {
    return 'report';
  }
}

@Controller({ path: 'versioned', version: '2' })
class VersionedController {
  @Get()
  list() {
    return 'v2';
  }
  @Version('3')
  @Get()
  listAgain() {
    return 'v3';
  }
}

@Controller('any')
class AnyController {
  @All()
  any() {
    return 'any';
  }
  @Options('options')
  options() {
    return 'options';
  }
  @Head('head')
  head() {}
}

@Controller('nested')
class NestedController {
  @Get('x')
  x() {
    return 'x';
  }
}
@Module({ controllers: [NestedController] })
class NestedModule {}

const KEYS = { alice: ['read'], root: ['read', 'admin'] };
const moduleWith = (rules: AccessRule[], controllers: Type[]) =>
  appModule({
    auth: { schemes: { keys: { apiKeyConfig: { keys: KEYS } } }, resourceAccessControl: { rules, defaultAccess: 'allow' } },
    imports: [NestedModule, RouterModule.register([{ path: 'outer', module: NestedModule }])],
    controllers,
  });

/** Sends a request line as it is. */
function raw({ url }: RunningApp, target: string, method = 'GET', header = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () =>
      socket.write(`${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${header}\r\n`),
    );
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('end', () => resolve(answer.slice(9, 12)));
    socket.on('error', reject);
  });
}

// Everything is open but what these rules say: what gets past them gets in.
const SECURED: AccessRule[] = [
  { context: '/api/users/me', secured: true, scopes: ['read'] },
  { context: '/api/users/*/report.json', secured: true, scopes: ['admin'] },
  { context: '/api/users/*', secured: true, scopes: ['admin'], httpMethod: ['GET', 'POST'] },
  { context: '/api/v2/versioned', secured: true },
  { context: '/api/v3/versioned', secured: true },
  { context: '/api/outer/nested/*', secured: true },
  { context: '/api/any/*', secured: true, httpMethod: ['GET', 'PUT', 'OPTIONS'] },
];

/** The router as lenient as its options make it. */
const ROUTERS: [string, AdapterName, () => ExpressAdapter | FastifyAdapter][] = [
  ['Express', 'express', () => new ExpressAdapter()],
  ['Express, strict', 'express', () => expressWith(['strict routing', 'case sensitive routing'])],
  ['Fastify', 'fastify', () => new FastifyAdapter()],
  [
    'Fastify, lenient',
    'fastify',
    () =>
      new FastifyAdapter({
        routerOptions: LENIENT,
      }),
  ],
];

/** Typed as what it is: Fastify's types do not know all of its options. */
const LENIENT: object = { caseSensitive: false, ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, useSemicolonDelimiter: true };

function expressWith(settings: readonly string[]): ExpressAdapter {
  const adapter = new ExpressAdapter();
  for (const setting of settings) adapter.set(setting, true);
  return adapter;
}

describe.each(ROUTERS)('the rules of %s', (_, __, adapter) => {
  let running: RunningApp;
  beforeAll(async () => {
    const app = await NestFactory.create(moduleWith(SECURED, [UsersController, VersionedController, AnyController]), adapter(), {
      logger: false,
      abortOnError: false,
    });
    app.setGlobalPrefix('api');
    app.enableVersioning({ type: VersioningType.URI });
    await app.listen(0, '127.0.0.1');
    running = { app, url: await app.getUrl() };
  });
  afterAll(() => running.app.close());

  it.each([
    '/api/users',
    '/api/users/',
    '/API/USERS',
    '/api/users/7',
    '/api/users/7/',
    '/API/Users/7',
    '/api/%75sers/7',
    '/api/users/%37',
    '/api/users/7?x=/../y',
    '/api/users/7#/x',
    '/api/users/me',
    '/api/users/M%65',
    '/api/users/%6de',
    '/api/users/7/report.json',
    '/api/users/7/REPORT.JSON',
    '/api/users//7',
    '//api/users/7',
    '/api//users',
    '/api/users;x=y',
    '/api/users/7;x',
    '/api/./users',
    '/api/users/.',
    '/api/users/..',
    '/api/x/../users/7',
    '/api/users%2F7',
    '/api/users/%2e%2e/users',
    '/api\\users/7',
    '/api/users\\7',
    'http://elsewhere/api/users/7',
    'http://elsewhere/api/users',
    '/api/v2/versioned',
    '/API/V3/Versioned/',
    '/api/outer/nested/x',
    '/api/Outer/nested/X',
    '/api/any',
    '/api/ANY/',
  ])('let nobody past them by writing %s', async (target) => {
    expect(await raw(running, target)).toMatch(/^4\d\d$/);
  });

  it.each(['GET', 'HEAD', 'POST', 'get', 'GE', 'G', 'PROPFIND'])('let nobody past them by the method %s', async (method) => {
    expect(await raw(running, '/api/users', method, 'Content-Length: 0\r\n')).toMatch(/^4\d\d$/);
  });

  it('decide by the method for a route of all methods', async () => {
    expect(await raw(running, '/api/any', 'PUT', 'Content-Length: 0\r\n')).toBe('401');
    expect(await raw(running, '/api/any', 'DELETE')).toBe('200');
    expect(await raw(running, '/api/any/options', 'OPTIONS')).toBe('401');
    expect(await raw(running, '/api/any/head', 'HEAD')).toBe('401');
  });

  it.each([
    ['/api/users', 'root', '200'],
    ['/api/users', 'alice', '403'],
    ['/api/users/me', 'alice', '200'],
    ['/api/users/7', 'root', '200'],
    ['/api/users/7', 'alice', '403'],
    ['/api/users/7/report.json', 'root', '200'],
    ['/api/v2/versioned', 'alice', '200'],
    ['/api/v3/versioned', 'alice', '200'],
    ['/api/outer/nested/x', 'alice', '200'],
    ['/api/users/%C3%BC', 'root', '200'],
    ['/api/users/a%20b', 'root', '200'],
    ['/api/users/a+b', 'root', '200'],
    ['/api/users/a..b', 'root', '200'],
    ['/api/users?q=a//b/../c;d', 'root', '200'],
  ])('answer %s from %s with %s', async (target, key, expected) => {
    expect(await raw(running, target, 'GET', `X-Api-Key: ${key}\r\n`)).toBe(expected);
  });
});

describe.each(ADAPTERS)('rules and what stands before the router, on %s', (adapter) => {
  const rules: AccessRule[] = [
    { context: '/users/me', secured: false },
    { context: '/users', secured: false, httpMethod: 'GET' },
    { context: '/users', secured: true, httpMethod: 'POST' },
    { context: '/*', secured: true },
  ];
  const start = (configure: NonNullable<StartOptions['configure']>) =>
    startApp(adapter, moduleWith(rules, [UsersController]), { configure });

  it('decide about the route that runs, where a middleware rewrites the URL', async () => {
    const running = await start((app) =>
      app.use((request: { url: string }, _: unknown, next: () => void) => {
        if (request.url.endsWith('?as=me')) request.url = '/users/me';
        next();
      }),
    );
    const answer = await fetch(`${running.url}/users/7?as=me`);
    // Express routes by the new URL, Fastify by the old one.
    expect([answer.status, await answer.text()]).toEqual(adapter === 'express' ? [200, 'me'] : [401, expect.any(String)]);
    await running.app.close();
  });

  it('decide about the route that runs, where a middleware changes the method', async () => {
    const running = await start((app) =>
      app.use((request: { method: string; headers: Record<string, string> }, _: unknown, next: () => void) => {
        request.method = request.headers['x-method'] ?? request.method;
        next();
      }),
    );
    const answer = await fetch(`${running.url}/users`, { method: 'POST', headers: { 'x-method': 'GET' } });
    expect([answer.status, await answer.text()]).toEqual(adapter === 'express' ? [200, 'list'] : [401, expect.any(String)]);
    await running.app.close();
  });

  it('leave a preflight to enableCors', async () => {
    const running = await start((app) => app.enableCors());
    const headers = { Origin: 'https://example.com', 'Access-Control-Request-Method': 'GET' };
    const status = await new Promise((resolve) =>
      send(`${running.url}/users/7`, { method: 'OPTIONS', headers }, (answer) => resolve(answer.resume().statusCode)).end(),
    );
    expect(status).toBe(204);
    expect((await fetch(`${running.url}/users/7`, { headers: { Origin: 'https://example.com' } })).status).toBe(401);
    await running.app.close();
  });
});
