import { RequestMethod } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import express from 'express';
import type { Route } from '../../../lib/discovery/handler-catalog.js';
import { RawRoutes } from '../../../lib/discovery/raw-routes.js';

const answer = () => undefined;

function onExpress() {
  const adapter = new ExpressAdapter();
  const host = new HttpAdapterHost();
  host.httpAdapter = adapter;
  return { adapter, app: adapter.getInstance() as express.Express, raw: new RawRoutes(host) };
}

function onFastify() {
  const adapter = new FastifyAdapter();
  const host = new HttpAdapterHost();
  host.httpAdapter = adapter;
  return { adapter, app: adapter.getInstance(), raw: new RawRoutes(host) };
}

const linesOf = (raw: RawRoutes, routes: readonly Pick<Route, 'method' | 'paths'>[] = []) =>
  raw.list(routes as readonly Route[]).map(({ method, path }) => `${method} ${path}`);

describe('raw routes on Express', () => {
  it.each<[string, (app: express.Express) => void, string[]]>([
    ['a router at the root of a router', (app) => app.use('/a', express.Router().use('/', express.Router().get('/', answer))), ['GET /a']],
    ['a route at the root', (app) => app.get('/', answer), ['GET /']],
    ['a router without a path', (app) => app.use(express.Router().get('/x', answer)), ['GET /x']],
    ['a path without a slash before it', (app) => app.use('/a', express.Router().get('x/y', answer)), ['GET /a/x/y']],
    ['a mounted application', (app) => app.use('/old', express().get('/x', answer)), ['ALL /old/*']],
    ['a mount at the root', (app) => app.use('/', express().get('/x', answer)), ['ALL /*']],
    ['an optional part', (app) => app.use('/a', express.Router().get('{/:id}', answer)), ['GET /a{/:id}']],
    ['several methods', (app) => app.route('/a').get(answer).post(answer), ['GET /a', 'POST /a']],
    [
      'as many methods as a route may have, and more',
      (app) => {
        app.route('/six').get(answer).put(answer).post(answer).patch(answer).delete(answer).head(answer);
        app.route('/seven').get(answer).put(answer).post(answer).patch(answer).delete(answer).head(answer).options(answer);
      },
      ['GET /six', 'PUT /six', 'POST /six', 'PATCH /six', 'DELETE /six', 'HEAD /six', 'ALL /seven'],
    ],
    ['mounts at several paths', (app) => app.use(['/a', '/b'], express.Router().get('/x', answer)), ['GET /a/x', 'GET /b/x']],
    ['lists within lists', (app) => app.get([['/a'], [['/b']]] as never, answer), ['GET /a', 'GET /b']],
    ['middleware, which is not known to answer', (app) => app.use('/a', answer), []],
    ['a preflight of everything', (app) => app.options('/*all', answer), []],
    ['a preflight of one path', (app) => app.options('/a', answer), ['OPTIONS /a']],
    ['a preflight below one path', (app) => app.options('/a/*rest', answer), ['OPTIONS /a/*rest']],
  ])('are listed as what they are: %s', (_, register, expected) => {
    const { app, raw } = onExpress();
    register(app);
    expect(linesOf(raw)).toEqual(expected);
  });

  it('are listed where their mount has a path that this version of Express does not tell', () => {
    const { app, raw } = onExpress();
    app.use('/a', express.Router().get('/x', answer));
    for (const layer of (app as unknown as { router: { stack: { rawPath?: unknown }[] } }).router.stack) delete layer.rawPath;
    expect(linesOf(raw)).toEqual(['GET /(unknown path)/x']);
  });

  it('are listed as often as they are registered more often than Nest does it', () => {
    const { app, raw } = onExpress();
    for (let times = 0; times < 3; times++) app.get('/a', answer);
    app.get('/files/*rest', answer);
    expect(
      linesOf(raw, [
        { method: 'GET', paths: ['/a', '/a'] },
        { method: 'GET', paths: ['/files/*'] },
      ]),
    ).toEqual(['GET /a']);
    expect(linesOf(raw, [{ method: 'POST', paths: ['/a'] }])).toHaveLength(4);
  });

  it('leave out what this module registers itself, and a route only if all of its functions are known', () => {
    const { app, raw } = onExpress();
    const own = () => undefined;
    raw.expect(own);
    app.get('/own', own);
    app.get('/half', own, answer);
    expect(linesOf(raw)).toEqual(['GET /half']);
  });

  it('leave out the middleware of modules, and the answer where nothing is found, which Nest registers', async () => {
    const { adapter, app, raw } = onExpress();
    const register = await adapter.createMiddlewareFactory(RequestMethod.GET);
    register('/middleware', answer);
    adapter.setNotFoundHandler(answer, 'api');
    app.get('/own', () => undefined);
    expect(linesOf(raw)).toEqual(['GET /own']);
    expect(app.router.stack.flatMap(({ route }) => route?.path ?? [])).toEqual(['/middleware', '/own']);
  });

  it('are none where nothing was registered, and where there is no router', () => {
    expect(linesOf(onExpress().raw)).toEqual([]);
    const adapter = { getType: () => 'express', getInstance: () => ({}), createMiddlewareFactory: answer, setNotFoundHandler: answer };
    expect(linesOf(new RawRoutes({ httpAdapter: adapter } as never))).toEqual([]);
  });
});

describe('raw routes on Fastify', () => {
  it('leave out the HEAD that Fastify adds to GET and the preflight of everything, and name others with the same function', async () => {
    const { app, raw } = onFastify();
    app.get('/a', answer);
    app.post('/a', answer);
    app.head('/b', answer);
    app.put('/e', answer);
    app.head('/e', answer);
    app.options('*', answer);
    app.route({ method: ['GET', 'POST'], url: '/c', handler: async () => undefined });
    app.route({ method: ['PUT', 'HEAD'], url: '/d', handler: async () => undefined });
    await app.ready();
    expect(linesOf(raw)).toEqual(['GET /a', 'POST /a', 'HEAD /b', 'PUT /e', 'HEAD /e', 'GET /c', 'POST /c', 'PUT /d', 'HEAD /d']);
    await app.close();
  });

  it('leave out what this module registers itself', () => {
    const { app, raw } = onFastify();
    const own = async () => undefined;
    raw.expect(own);
    app.get('/own', own);
    expect(linesOf(raw)).toEqual([]);
    app.get('/other', answer);
    expect(linesOf(raw)).toEqual(['GET /other']);
  });

  it('are told of again when all plugins are loaded', async () => {
    const { app, raw } = onFastify();
    app.register(async (plugin) => void plugin.get('/late', answer));
    const seen: string[][] = [];
    await raw.onReady(async () => void seen.push(linesOf(raw)));
    expect(seen).toEqual([]);
    await app.ready();
    expect(seen).toEqual([['GET /late']]);
    await raw.onReady(async () => void seen.push(['at once']));
    expect(seen).toEqual([['GET /late'], ['at once']]);
    await app.close();
  });

  it('have no early ones where there were none', () => {
    const host = new HttpAdapterHost();
    const adapter = new FastifyAdapter();
    host.httpAdapter = adapter;
    expect(new RawRoutes(host).early).toBeUndefined();
  });

  it('have those that were registered before, as Fastify prints them', () => {
    const host = new HttpAdapterHost();
    const adapter = new FastifyAdapter();
    adapter.getInstance().get('/early', answer);
    host.httpAdapter = adapter;
    const { early = '' } = new RawRoutes(host);
    expect(early).toContain('/early (GET, HEAD)');
    expect(early).toBe(early.trimEnd());
  });
});

describe('raw routes', () => {
  it('are seen where the adapter comes after the modules', () => {
    const host = new HttpAdapterHost();
    const raw = new RawRoutes(host);
    expect(linesOf(raw)).toEqual([]);
    const adapter = new FastifyAdapter();
    host.httpAdapter = adapter;
    adapter.getInstance().get('/a', answer);
    expect(linesOf(raw)).toEqual(['GET /a']);
  });

  it('are not taken for early ones where the adapter replaces another, of whatever kind that was', () => {
    const host = new HttpAdapterHost();
    host.httpAdapter = { getType: () => 'other' } as never;
    const raw = new RawRoutes(host);
    const adapter = new FastifyAdapter();
    adapter.getInstance().get('/nest', answer);
    host.httpAdapter = adapter;
    expect([linesOf(raw), raw.early]).toEqual([[], undefined]);
  });

  it.each([undefined, null])('are none, and nothing is waited for, in an application without a server (%s)', async (httpAdapter) => {
    const host = new HttpAdapterHost();
    host.httpAdapter = httpAdapter as never;
    const raw = new RawRoutes(host);
    expect(linesOf(raw)).toEqual([]);
    const looked: string[] = [];
    await raw.onReady(async () => void looked.push('looked'));
    expect(looked).toEqual([]);
  });

  it('are told of once', () => {
    const { raw } = onExpress();
    expect([raw.news(['GET /a', 'GET /b', 'GET /a']), raw.news(['GET /b', 'GET /c'])]).toEqual([['GET /a', 'GET /b'], ['GET /c']]);
  });
});
