import { Subject } from 'rxjs';
import { ResourceMetadataRoute } from '../../../../lib/transport/http/resource-metadata.route.js';

type Handler = (request: object, response: object) => void;

/** An application of a framework, and the routes that it is given. */
function framework(type: string) {
  const routes: { readonly methods: string; readonly path: string; readonly config?: object; readonly handler: Handler }[] = [];
  const add = (method: string) => (path: string, handler: Handler) => {
    routes.push({ methods: method, path, handler });
    return express;
  };
  const express = { get: add('GET'), options: add('OPTIONS') };
  const fastify = {
    register: (plugin: (scope: object, options: object, done: () => void) => void) => plugin(fastify, {}, () => undefined),
    route: ({ method, url, config, handler }: { method: string[]; url: string; config: object; handler: Handler }) =>
      void routes.push({ methods: method.join(), path: url, config, handler }),
  };
  return { routes, httpAdapter: { getType: () => type, getInstance: () => (type === 'express' ? express : fastify) } };
}

const resource = { url: 'https://api.example/orders' };

function start(type: string, host?: object) {
  const { routes, httpAdapter } = framework(type);
  const expected: unknown[] = [];
  const rawRoutes = { expect: (handler: unknown) => void expected.push(handler) };
  const route = new ResourceMetadataRoute((host ?? { httpAdapter }) as never, rawRoutes as never, { resource } as never);
  return { route, routes, expected, httpAdapter };
}

/** What a handler answers to a request. */
function answerOf(handler: Handler | undefined, method: string) {
  const own = new Map<string, string>([
    ['access-control-allow-origin', 'https://app.example'],
    ['x-own', '1'],
  ]);
  let answer: { status: number; fields: Record<string, unknown>; body: unknown } | undefined;
  const response = {
    getHeaderNames: () => [...own.keys()],
    removeHeader: (name: string) => own.delete(name),
    writeHead: (status: number, fields: object) => {
      answer = { status, fields: { ...Object.fromEntries(own), ...fields }, body: undefined };
    },
    end: (body: unknown) => {
      if (answer !== undefined) answer.body = body;
    },
  };
  handler?.({ method, raw: { method } }, { raw: response, hijack: () => undefined, ...response });
  return answer;
}

const PUBLIC = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
  'Access-Control-Allow-Headers': '*',
  'Access-Control-Max-Age': '86400',
  'x-own': '1',
};
const DOCUMENT = Buffer.from('{}');
const JSON_FIELDS = { 'Content-Type': 'application/json', 'Content-Length': 2, 'Cache-Control': 'max-age=300' };

describe.each([
  [
    'express',
    [
      ['GET', undefined],
      ['OPTIONS', undefined],
    ],
  ],
  ['fastify', [['GET,HEAD,OPTIONS', { cors: false }]]],
])('the metadata of the resource on %s', (type, methods) => {
  it('are at their well-known path, on a route that is known to be open', () => {
    const { routes, expected } = start(type);
    expect(routes.map(({ methods: each, config }) => [each, config])).toEqual(methods);
    expect(new Set(routes.map(({ path }) => path))).toEqual(new Set(['/.well-known/oauth-protected-resource/orders']));
    expect(expected).toEqual([routes[0]?.handler]);
  });

  it.each<[string, number, object, unknown]>([
    ['GET', 200, JSON_FIELDS, DOCUMENT],
    ['HEAD', 200, JSON_FIELDS, undefined],
    ['OPTIONS', 204, {}, undefined],
  ])('are answered to %s of any site, without what the application allows its own', (method, status, fields, body) => {
    const { route, routes } = start(type);
    route.open(() => DOCUMENT);
    expect(answerOf(routes[0]?.handler, method)).toEqual({ status, fields: { ...PUBLIC, ...fields }, body });
  });

  it('are unavailable until the boot has finished, but for a preflight', () => {
    const { routes } = start(type);
    expect(answerOf(routes[0]?.handler, 'GET')).toEqual({ status: 503, fields: { ...PUBLIC, 'Retry-After': '5' }, body: undefined });
    expect(answerOf(routes[0]?.handler, 'OPTIONS')).toEqual({ status: 204, fields: PUBLIC, body: undefined });
  });

  it('have their route also where the adapter comes later', () => {
    const { httpAdapter, routes } = framework(type);
    const host = { httpAdapter: undefined as object | undefined, init$: new Subject<void>() };
    start(type, host);
    expect(routes).toEqual([]);
    host.httpAdapter = httpAdapter;
    host.init$.next();
    expect(routes.length).toBe(methods.length);
  });
});

describe('the metadata of the resource', () => {
  it.each<[string, object]>([
    ['of another framework', { httpAdapter: framework('probe').httpAdapter }],
    ['without a framework', { httpAdapter: undefined, init$: { subscribe: (run: () => void) => run() } }],
  ])('stop the boot of an application %s', (_, host) => {
    expect(() => start('probe', host)).toThrow('AuthModule options.resource: metadata are served on Express and Fastify only');
  });
});
