import 'reflect-metadata';
import type { ModulesContainer } from '@nestjs/core';
import { buildSchema } from 'graphql';
import { ResourceAuth } from '../../../../lib/decorators/resource-auth.decorator.js';
import { GraphqlModules } from '../../../../lib/discovery/graphql-modules.js';
import type { Operation } from '../../../../lib/discovery/handler-catalog.js';
import { type Defaults, GraphqlAudit } from '../../../../lib/transport/graphql/graphql-audit.js';

const SDL = 'type Query { orders: [Order!]! } type Order { id: ID!, margin: Int, note: String }';

class Orders {
  @ResourceAuth({ auth: ['sts'] })
  orders() {}
  @ResourceAuth({ auth: ['sts'] })
  margin() {}
  @ResourceAuth({ auth: false })
  open() {}
  note() {}
  silent() {}
}

function operation(kind: Operation['kind'], name: keyof Orders, called: string): Operation {
  const label = `Orders.${name}`;
  return { type: Orders, name, label, kind, functions: [], inController: false, transport: 'graphql', operation: called };
}

const ORDERS = operation('GraphQL resolver', 'orders', 'Query.orders');
const MARGIN = operation('GraphQL field', 'margin', 'Order.margin');
const NOTE = operation('GraphQL field', 'note', 'Order.note');

interface Trial {
  readonly options?: object;
  readonly sdl?: string;
  readonly defaults?: Defaults;
}

function findings(operations: readonly Operation[], { options = {}, sdl = SDL, defaults }: Trial = {}) {
  const providers = new Map<unknown, object>([
    ['GqlModuleOptions', { instance: { fieldResolverEnhancers: ['guards'], ...options } }],
    ['host', { name: 'GraphQLSchemaHost', instance: { schema: buildSchema(sdl) } }],
  ]);
  const modules = new Map([['GraphQLModule', { providers }]]) as unknown;
  const audit = new GraphqlAudit(
    new GraphqlModules(modules as ModulesContainer),
    defaults ?? { defaultAuth: undefined, unannotated: 'error' },
  );
  const { planned, covered, problems, warnings } = audit.findings(operations);
  const names = (some: readonly Operation[]) => some.map(({ operation: name }) => name);
  return { planned: names(planned), covered: names(covered), problems, warnings };
}

describe('a field without a declaration', () => {
  it('is covered by the guarded operations that reach it', () => {
    expect(findings([ORDERS, MARGIN, NOTE])).toEqual({
      planned: ['Query.orders', 'Order.margin'],
      covered: ['Order.note'],
      problems: [],
      warnings: [],
    });
  });

  it.each([
    ['a function for a query', { resolvers: { Query: { orders: () => [] } } }],
    ['a function for a query, in a list', { resolvers: [{ Query: { orders: { resolve: () => [] } } }] }],
    ['a function for a subscription', { resolvers: { Subscription: { placed: { subscribe: () => [] } } } }],
    ['a loader of queries', { loaders: { Query: { orders: async () => [] } } }],
    ['a function for references', { resolvers: { Order: { __resolveReference: () => ({}) } } }],
    ['rootValue', { rootValue: {} }],
    ['a schema of its own', { schema: {} }],
  ])('has a plan where something unguarded reaches it: %s', (_, options) => {
    const sdl = `${SDL} type Subscription { placed: Order }`;
    const { planned, covered, warnings } = findings([MARGIN, NOTE], { options, sdl });
    expect({ planned, covered }).toEqual({ planned: ['Order.margin', 'Order.note'], covered: [] });
    expect(warnings).toHaveLength(1);
  });

  it('is covered where only fields of other types are functions', () => {
    const { covered, warnings } = findings([NOTE], { options: { loaders: { Order: { total: { loader: async () => [], opts: {} } } } } });
    expect(covered).toEqual(['Order.note']);
    expect(warnings).toEqual([expect.stringContaining('Order.total')]);
  });

  it('has a plan where it belongs to the type of the queries, whatever that is called', () => {
    const sdl = `schema { query: Root } ${SDL.replace('type Query', 'type Root')}`;
    const silent = operation('GraphQL field', 'silent', 'Root.orders');
    expect(findings([silent, NOTE], { sdl })).toMatchObject({ planned: ['Root.orders'], covered: ['Order.note'] });
    const options = { resolvers: { Root: { orders: () => [] } } };
    expect(findings([NOTE], { sdl, options })).toMatchObject({ planned: ['Order.note'], covered: [] });
  });
});

describe('a protected method', () => {
  it.each([
    ['resolver', { resolvers: { Order: { margin: () => 1 } } }],
    ['loader', { loaders: { Order: { margin: async () => [] } } }],
    ['loader with options', { loaders: { Order: { margin: { loader: async () => [], opts: { cache: false } } } } }],
  ])('stops the boot where a function replaces it: a %s', (_, options) => {
    expect(findings([ORDERS, MARGIN], { options }).problems).toEqual([
      { path: 'Orders.margin', message: expect.stringContaining('Order.margin is also given to GraphQLModule as a function') },
    ]);
  });

  it('stops the boot where a function replaces a reference resolver', () => {
    const reference = operation('GraphQL reference resolver', 'margin', 'Order (reference)');
    const { problems } = findings([reference], { options: { resolvers: { Order: { __resolveReference: () => ({}) } } } });
    expect(problems).toEqual([{ path: 'Orders.margin', message: expect.stringContaining('Order.__resolveReference is also given') }]);
  });

  it('may be replaced where it is open', () => {
    const open = operation('GraphQL field', 'open', 'Order.open');
    expect(findings([open], { options: { resolvers: { Order: { open: () => 1 } } } }).problems).toEqual([]);
  });

  it('stops the boot where no guard runs before fields', () => {
    const { problems } = findings([ORDERS, MARGIN, NOTE], { options: { fieldResolverEnhancers: ['interceptors'] } });
    expect(problems.map(({ path }) => path)).toEqual(['Orders.margin']);
  });

  it('stops the boot where it is a type resolver', () => {
    const type = operation('GraphQL type resolver', 'margin', 'Item.__resolveType');
    expect(findings([type])).toMatchObject({ planned: [], covered: [], problems: [{ path: 'Orders.margin @ResourceAuth' }] });
  });
});

describe('the defaults', () => {
  const silent = operation('GraphQL reference resolver', 'silent', 'Order (reference)');
  const options = { fieldResolverEnhancers: [] };

  it.each<[string, Defaults, number]>([
    ['unannotated: error', { defaultAuth: undefined, unannotated: 'error' }, 1],
    ['unannotated: deny', { defaultAuth: undefined, unannotated: 'deny' }, 1],
    ['unannotated: allow', { defaultAuth: undefined, unannotated: 'allow' }, 0],
    ['defaultAuth: false', { defaultAuth: false, unannotated: 'error' }, 0],
    ['defaultAuth', { defaultAuth: ['sts'], unannotated: 'allow' } as never, 1],
  ])('say whether a reference resolver that no guard reaches stops the boot: %s', (_, defaults, count) => {
    expect(findings([silent], { options, defaults }).problems).toHaveLength(count);
  });
});
