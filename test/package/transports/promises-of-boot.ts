import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { type AuthModuleOptions, AuthService, type Principal } from 'nest-service-auth';
import { OrderController } from './application.js';
import { fieldsOf, overGraphql, overHttp } from './callers.js';
import { everyTransport, moduleOf, subgraph } from './modules.js';
import type { NestPromise } from './promises.js';
import { during, HTTP, type HttpName, make, start, urlOf } from './running.js';
import { tokenOfJohn } from './tokens.js';

const seen: string[] = [];

@Injectable()
class PlanGuard implements CanActivate {
  canActivate(context: ExecutionContext) {
    seen.push(`plan for ${context.switchToHttp().getRequest<{ user?: Principal }>().user?.username ?? 'nobody'}`);
    return true;
  }
}

@Injectable()
class Throttle implements CanActivate {
  canActivate() {
    seen.push('throttle');
    return true;
  }
}

/** The order of global guards, and whether the boot names them. */
async function orderOf(http: HttpName, options: AuthModuleOptions): Promise<string> {
  seen.length = 0;
  const guards = [PlanGuard, Throttle].map((useClass) => ({ provide: APP_GUARD, useClass }));
  const warnings: string[] = [];
  const module = moduleOf({ controllers: [OrderController], providers: guards }, options);
  const app = await make(module, http, 'ws');
  Logger.overrideLogger({ log() {}, error() {}, warn: (line: string) => void warnings.push(line) });
  await app.listen(0, '127.0.0.1');
  Logger.overrideLogger(false);
  await fetch(`${urlOf(app)}/orders/me`, { headers: fieldsOf(tokenOfJohn()) }).finally(() => app.close());
  const named = warnings.find((line) => line.includes('run before the guard'))?.match(/known: (.*?)\./)?.[1] ?? 'none';
  return `${seen.join(', ')}; named: ${named}`;
}

interface FastifyLike {
  register(plugin: (instance: FastifyLike, options: object, done: () => void) => void, options: object): void;
  addHook(name: 'onRequest', hook: unknown): void;
  get(path: string, handler: (request: { user?: Principal }) => Promise<string>): void;
}

/** A dashboard that Nest does not route, behind `protect()`: what callers get, and what the boot names. */
async function askBoard(http: HttpName): Promise<unknown[]> {
  const warnings: string[] = [];
  const app = await make(moduleOf({ controllers: [OrderController] }, { rawRoutes: ['/metrics'] }), http, 'ws');
  const protection = app.get(AuthService).protect({ at: '/board', auth: [{ scheme: 'sts', scopes: 'admin' }] });
  const answer = ({ user }: { user?: Principal }) => `board of ${user?.username}`;
  if (http === 'express') {
    app.use('/board', protection, (request: { user?: Principal }, response: { end(text: string): void }) => response.end(answer(request)));
  } else {
    const plugin = (instance: FastifyLike, _: object, done: () => void) => {
      instance.addHook('onRequest', protection);
      instance.get('/jobs', async (request) => answer(request));
      done();
    };
    const fastify: FastifyLike = app.getHttpAdapter().getInstance();
    fastify.register(plugin, { prefix: '/board' });
  }
  for (const path of ['/metrics', '/raw'])
    app.getHttpAdapter().get(path, (_: unknown, response: { send(text: string): void }) => response.send('raw'));
  Logger.overrideLogger({ log() {}, error() {}, warn: (line: string) => void warnings.push(line) });
  await app.listen(0, '127.0.0.1');
  Logger.overrideLogger(false);
  const statuses: unknown[] = [];
  for (const token of [undefined, tokenOfJohn(), tokenOfJohn(60, { scope: 'admin' })]) {
    const response = await fetch(`${urlOf(app)}/board/jobs`, { headers: fieldsOf(token) });
    statuses.push(response.ok ? await response.text() : `${response.status} ${response.headers.get('www-authenticate')?.split(' ')[0]}`);
  }
  await app.close();
  return [...statuses, warnings.join().match(/where no guard runs: (.*?)\. Guard/)?.[1]];
}

/** What an endpoint of GraphQL that is protected as a whole answers to its page and to queries. */
async function askEndpoint(http: HttpName): Promise<unknown[]> {
  const app = await make(everyTransport(http === 'express' ? 'Apollo' : 'Mercurius'), http, 'socket.io');
  const protection = app.get(AuthService).protect({ at: '/graphql', auth: ['sts'] });
  if (http === 'express') app.use('/graphql', protection);
  else (app.getHttpAdapter().getInstance() as FastifyLike).addHook('onRequest', protection);
  await app.listen(0, '127.0.0.1');
  const url = urlOf(app);
  const page = async (token?: string) => (await fetch(`${url}/graphql`, { headers: { accept: 'text/html', ...fieldsOf(token) } })).status;
  const pages = [await page(), (await page(tokenOfJohn())) === 401];
  const queries = [
    await overGraphql(url)
      .call('open')
      .catch(() => 'refused'),
    await overGraphql(url).call('open', tokenOfJohn()),
  ];
  const elsewhere = await overHttp(url).call('open');
  await app.close();
  return [...pages, ...queries, elsewhere];
}

/** What the query for entities of a subgraph gets. */
async function askEntities(http: HttpName): Promise<unknown[]> {
  return during(start(subgraph(http, { fieldResolverEnhancers: ['guards'] }), http, 'ws'), async ({ url }) => {
    const query = '{ _entities(representations: [{ __typename: "Book", id: "5" }]) { ... on Book { id reader } } }';
    const outcomes: unknown[] = [];
    for (const token of [undefined, tokenOfJohn()]) {
      const headers = { 'content-type': 'application/json', ...fieldsOf(token) };
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
      const { data, errors } = (await response.json()) as {
        data?: { _entities?: unknown };
        errors?: { extensions?: { code?: unknown } }[];
      };
      outcomes.push(errors?.[0]?.extensions?.code ?? data?._entities);
    }
    return outcomes;
  });
}

/** What stops the boot of a subgraph whose reference resolver no guard could protect. */
async function askUnguarded(http: HttpName): Promise<boolean> {
  const app = await make(subgraph(http), http, 'ws');
  const error = await app.init().catch((reason: Error) => reason);
  await app.close();
  return /Books\.byReference.*no guard runs before it.*fieldResolverEnhancers/s.test(String(error));
}

const onEach = async <T>(ask: (http: HttpName) => Promise<T>): Promise<T[]> => {
  const outcomes: T[] = [];
  for (const http of HTTP) outcomes.push(await ask(http));
  return outcomes;
};

const twice = <T>(outcome: T): T[] => [outcome, outcome];

/** What the boot is promised to do. */
export const OF_THE_BOOT: readonly NestPromise[] = [
  {
    name: 'global guards run in the order that is chosen, and are named where they run first',
    ask: async () => [
      await onEach((http) => orderOf(http, {})),
      await onEach((http) => orderOf(http, { guardOrder: 'first' })),
      await onEach((http) => orderOf(http, { guardOrder: 'first', guardsBefore: [Throttle] })),
      await onEach((http) => orderOf(http, { guardsBefore: [Throttle, PlanGuard] })),
    ],
    expected: [
      twice('plan for nobody, throttle; named: PlanGuard, Throttle'),
      twice('plan for john, throttle; named: none'),
      twice('throttle, plan for john; named: none'),
      twice('plan for nobody, throttle; named: none'),
    ],
  },
  {
    name: 'what Nest does not route is guarded by protect(), and the rest is named unless rawRoutes lists it',
    ask: () => onEach(askBoard),
    expected: twice(['401 Bearer', '403 Bearer', 'board of john', 'GET /raw']),
  },
  {
    name: 'a GraphQL endpoint behind protect() answers nobody else, not even its page and open queries',
    ask: () => onEach(askEndpoint),
    expected: twice([401, false, 'undefined', 'nobody', 'nobody']),
  },
  {
    name: 'a reference resolver is guarded on both federation drivers, and gets the caller',
    ask: () => onEach(askEntities),
    expected: twice(['UNAUTHENTICATED', [{ id: '5', reader: 'john' }]]),
  },
  {
    name: 'a reference resolver that no guard could protect stops the boot',
    ask: () => onEach(askUnguarded),
    expected: twice(true),
  },
];
