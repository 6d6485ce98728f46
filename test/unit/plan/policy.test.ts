import { compileRules } from '../../../lib/access-control/access-rule.js';
import { PathRules } from '../../../lib/access-control/path-rules.js';
import type { Operation, Route } from '../../../lib/discovery/handler-catalog.js';
import type { Plan } from '../../../lib/plan/plan.js';
import { PlanRegistry } from '../../../lib/plan/plan.registry.js';
import { describePolicy } from '../../../lib/plan/policy.js';
import { compilerFor, routeOf } from './compiling.js';

class Orders {
  list() {}
  create() {}
  any() {}
}
class Shelf {
  list() {}
}
const compiler = compilerFor();
const open: Plan = { kind: 'open', source: 'service' };
const list = (...paths: string[]) => routeOf(Orders, 'list', 'GET', ...paths);
const operation = (transport: 'ws' | 'rpc' | 'graphql', name: string, kind: string): Operation =>
  ({ ...list(), places: undefined, transport, kind, operation: name, label: 'Orders.list' }) as never;

/** Access rules for the methods and paths of `contexts`, in their order, each with another scope. */
async function rulesFor(...contexts: readonly (readonly [method: string, path: string])[]) {
  const rules = contexts.map(([httpMethod, context], index) => ({ context, httpMethod, secured: true, scopes: [`s${index}`] }));
  const compiled = compileRules(rules, 'glob', (index) => `rules[${index}]`);
  return PathRules.compile(compiled, { kind: 'denied', source: 'default access' }, { compiler, schemes: ['sts'] });
}

function policyOf(plans: readonly (readonly [Route | Operation, Plan])[], paths?: PathRules, metadataPath?: string) {
  const registry = new PlanRegistry();
  for (const [handler, plan] of plans) registry.add({ handler, plan });
  return describePolicy(registry.all, paths, metadataPath);
}

describe('the policy', () => {
  it('names the ways in with their requirements, those that must all accept with their own', async () => {
    const plan = await compiler.compile(
      [
        { scheme: 'sts', scopes: ['a', 'b'], permissions: '/p' },
        { allOf: ['sts', { scheme: 'users', roles: 'chief' }], scopes: 'c' },
      ],
      'resource',
    );
    expect(policyOf([[list('/orders'), plan]])).toEqual([
      {
        method: 'GET',
        path: '/orders',
        handler: 'Orders.list',
        access: 'protected',
        source: 'resource',
        waysIn: [
          { scheme: 'sts', scopes: { any: ['a', 'b'] }, permissions: ['/p'] },
          { scheme: 'sts + users', scopes: { any: ['c'] }, allOf: [{ scheme: 'sts' }, { scheme: 'users', roles: { any: ['chief'] } }] },
        ],
      },
    ]);
  });

  it('says where credentials are optional, and nothing of it elsewhere', async () => {
    const plans = [await compiler.compile(['sts', 'anonymous'], 'service'), await compiler.compile(['sts'], 'service')] as const;
    const [optional, required] = plans.map((plan) => policyOf([[list('/orders'), plan]])[0]);
    expect(optional).toMatchObject({ access: 'protected', optional: true, waysIn: [{ scheme: 'sts' }, { scheme: 'anonymous' }] });
    expect(required).toEqual({
      method: 'GET',
      path: '/orders',
      handler: 'Orders.list',
      access: 'protected',
      source: 'service',
      waysIn: [{ scheme: 'sts' }],
    });
  });

  it('says that nobody is admitted where every way in refuses, and only there', async () => {
    const denied = await compiler.compileDenied('unannotated');
    const some =
      denied.kind === 'protected'
        ? { ...denied, steps: [denied.steps[0], ...(await compiler.compile(['users'], 'service')).steps] }
        : denied;
    expect(policyOf([[list('/orders'), denied]])).toMatchObject([{ access: 'denied', source: 'unannotated', waysIn: [] }]);
    expect(policyOf([[list('/orders'), some as Plan]])).toMatchObject([
      { access: 'protected', waysIn: [{ scheme: 'sts' }, { scheme: 'users' }] },
    ]);
  });

  it('cannot be changed by its reader', async () => {
    const plan = await compiler.compile([{ scheme: 'sts', scopes: ['a'] }], 'resource');
    const read = () => policyOf([[list('/orders'), plan]])[0]?.waysIn[0] as unknown as { scopes: { any: string[] } };
    read().scopes.any.push('b');
    expect(read().scopes.any).toEqual(['a']);
  });

  it('is in the order of paths, methods, versions, hosts and handlers, with the other transports at its end', () => {
    const places = (...each: Route['places']) => ({ ...list('/b'), places: each });
    const rows = policyOf(
      [
        [operation('ws', 'ws b', 'WebSocket message'), open],
        [operation('graphql', 'Query.a', 'GraphQL field'), open],
        [routeOf(Shelf, 'list', 'GET', '/c'), open],
        [routeOf(Orders, 'create', 'POST', '/a'), open],
        [list('/c', '/a'), open],
        [places({ path: '/b', version: '2' }, { path: '/b', version: '1', host: 'y' }, { path: '/b', version: '1', host: 'x' }), open],
      ],
      undefined,
      '/.well-known/oauth-protected-resource',
    );
    expect(rows.map((row) => [row.path, row.method, row.version, row.host, row.handler].join(' '))).toEqual([
      '/.well-known/oauth-protected-resource GET   AuthModule.resource',
      '/a GET   Orders.list',
      '/a POST   Orders.create',
      '/b GET 1 x Orders.list',
      '/b GET 1 y Orders.list',
      '/b GET 2  Orders.list',
      '/c GET   Orders.list',
      '/c GET   Shelf.list',
      'Query.a graphql   Orders.list',
      'b ws   Orders.list',
    ]);
  });

  it('names the operation of a handler of another transport, and its transport', () => {
    const handlers = [operation('ws', 'ws place', 'WebSocket message'), operation('graphql', 'Query.orders', 'GraphQL field')];
    expect(policyOf(handlers.map((handler) => [handler, open]))).toEqual([
      {
        method: 'graphql',
        path: 'Query.orders',
        transport: 'graphql',
        operation: 'Query.orders',
        handler: 'Orders.list',
        access: 'open',
        source: 'service',
        waysIn: [],
      },
      {
        method: 'ws',
        path: 'place',
        transport: 'ws',
        operation: 'ws place',
        handler: 'Orders.list',
        access: 'open',
        source: 'service',
        waysIn: [],
      },
    ]);
  });

  it('has no line for a handler that operations cover', () => {
    const registry = new PlanRegistry();
    const handler = operation('graphql', 'Order.margin', 'GraphQL field');
    registry.cover(handler);
    expect([registry.all, registry.get('graphql', Orders, Orders.prototype.list)?.plan]).toEqual([
      [],
      { kind: 'open', source: 'operation' },
    ]);
  });
});

describe('the policy of a route that access rules decide about', () => {
  const byPath: Plan = { kind: 'by-path' };
  const inShort = (rows: ReturnType<typeof policyOf>) =>
    rows.map(({ method, source, exceptions }) => [method, source, ...(exceptions ?? []).map((each) => each.source)].join(' '));

  it('names the rule of its method, and what holds for some values of its parameters', async () => {
    const paths = await rulesFor(['GET', '/orders/mine'], ['POST', '/orders/*'], ['GET', '/orders/*']);
    expect(inShort(policyOf([[list('/orders/:id'), byPath]], paths))).toEqual(['GET rule 2 rule 0']);
    const [row] = policyOf([[list('/orders/:id'), byPath]], paths);
    expect(row).toMatchObject({
      waysIn: [{ scheme: 'sts', scopes: { all: ['s2'] } }],
      exceptions: [{ access: 'protected', source: 'rule 0', waysIn: [{ scheme: 'sts', scopes: { all: ['s0'] } }] }],
    });
    expect(policyOf([[list('/orders'), byPath]], paths)[0]).not.toHaveProperty('exceptions');
  });

  it('has a line for each method where the route has all of them, and one line where no rule decides about it', async () => {
    const paths = await rulesFor(['POST', '/orders']);
    const any = routeOf(Orders, 'any', 'ALL', '/orders');
    expect(inShort(policyOf([[any, byPath]], paths))).toEqual([
      'DELETE default access',
      'GET default access',
      'HEAD default access',
      'OPTIONS default access',
      'PATCH default access',
      'POST rule 0',
      'PUT default access',
    ]);
    expect(inShort(policyOf([[any, open]], paths))).toEqual(['ALL service']);
  });

  it('is denied as long as there are no rules', () => {
    expect(policyOf([[list('/orders'), byPath]])).toMatchObject([{ access: 'denied', source: 'default access', waysIn: [] }]);
  });
});
