import type { ModulesContainer } from '@nestjs/core';
import { buildSchema } from 'graphql';
import { GraphqlModules, graphqlModulesIn } from '../../../lib/discovery/graphql-modules.js';

interface Given {
  readonly options?: unknown;
  readonly schema?: object | (() => never) | null;
}

const isThrowing = (schema: Given['schema']): schema is () => never => typeof schema === 'function';

/** Modules as Nest's container has them: each with the options of its GraphQLModule, and with its schema. */
function modulesOf(...given: Given[]) {
  const modules = given.map(({ options, schema }) => {
    const host = isThrowing(schema) ? Object.defineProperty({}, 'schema', { get: schema }) : { schema };
    const providers = new Map<string, object>([
      ['other', { name: 'Other', instance: { schema: buildSchema('type Query { other: Int }') } }],
      ['host', { name: 'GraphQLSchemaHost', instance: schema === null ? null : host }],
    ]);
    if (options !== undefined) providers.set('GqlModuleOptions', { instance: options });
    return [{}, { providers }] as const;
  });
  return new GraphqlModules(new Map(modules) as unknown as ModulesContainer);
}

const withOptions = (...all: object[]) => modulesOf(...all.map((options) => ({ options })));
const GUARDED = { fieldResolverEnhancers: ['interceptors', 'guards'] };

/** A type of a federated schema, as Apollo marks one with a reference resolver. */
const entity = (name: string, extensions?: object) => ({ name, extensions });
const schemaWith = (types: object) => ({ getType: () => types, getQueryType: () => undefined });

describe('the GraphQL modules of an application', () => {
  it.each<[string, GraphqlModules, boolean]>([
    ['the only module', withOptions(GUARDED), true],
    ['every module', modulesOf({}, { options: GUARDED }, { options: GUARDED }), true],
    ['one of two modules', withOptions(GUARDED, { fieldResolverEnhancers: ['filters'] }), false],
    ['a module that says nothing', withOptions({}), false],
    ['no module', modulesOf({}, {}), false],
  ])('run guards before fields only where all say so: %s', (_, modules, guardsFields) => {
    expect(modules.guardsFields).toBe(guardsFields);
  });

  it('are those that have options', () => {
    const [graphql, other] = [new Map([['GqlModuleOptions', {}]]), new Map([['other', {}]])].map((providers) => ({ providers }));
    expect(graphqlModulesIn(new Map(Object.entries({ graphql, other })) as unknown as ModulesContainer)).toEqual([graphql]);
  });

  it('name the entities without a reference resolver', () => {
    const resolveReference = () => undefined;
    const types = [
      entity('Resolved', { apollo: { subgraph: { resolveReference } } }),
      entity('Bare'),
      entity('Extended', {}),
      entity('OfApollo', { apollo: {} }),
      entity('Unresolved', { apollo: { subgraph: {} } }),
    ];
    const modules = modulesOf({ schema: schemaWith({ getTypes: () => types }) });
    expect(modules.entitiesWithoutReference()).toEqual(['Bare', 'Extended', 'OfApollo', 'Unresolved']);
    expect(modulesOf({ schema: schemaWith({}) }, { schema: buildSchema('type Query { a: Int }') }).entitiesWithoutReference()).toEqual([]);
  });

  it('name what is given as a function: resolvers, subscriptions and loaders, and nothing else', () => {
    class Scalar {
      readonly serialize = () => undefined;
    }
    const resolvers = {
      Query: {
        a: () => 1,
        b: { resolve: () => 1, description: 'b' },
        c: { description: 'c', parse: () => 1 },
        d: 'text',
        e: { resolve: 'text' },
      },
      Subscription: Object.assign(Object.create(null), { f: { subscribe: () => 1 } }),
      Scalar: new Scalar(),
      Nothing: null,
    };
    const loaders = { Order: { g: { loader: () => 1 }, h: () => 1 } };
    expect(withOptions({ resolvers: [resolvers], loaders }, {}).functions()).toEqual([
      'Query.a',
      'Query.b',
      'Subscription.f',
      'Order.g',
      'Order.h',
    ]);
  });

  it('say whether one is a gateway, which passes queries on', () => {
    expect([withOptions({}, { gateway: {} }).hasGateway, withOptions({}).hasGateway, modulesOf().hasGateway]).toEqual([true, false, false]);
  });

  it('say whether one answers the query for the schema of a subgraph', () => {
    const plain = { schema: buildSchema('type Query { a: Int }') };
    const subgraph = { schema: buildSchema('type Query { _service: Int }') };
    const none = { schema: schemaWith({}) };
    const answers = [[plain, none, subgraph], [plain], [none]].map((given) => modulesOf(...given).hasService);
    expect(answers).toEqual([true, false, false]);
  });

  it('name their types of operations', () => {
    const sdl = 'schema { query: Root, mutation: Change } type Root { a: Int } type Change { a: Int }';
    const inGateway = () => {
      throw new Error('there is no schema');
    };
    expect(modulesOf({ schema: buildSchema(sdl) }, { schema: inGateway }, {}, { schema: null }).rootTypes()).toEqual(['Root', 'Change']);
  });

  it('name values and whole schemas that the application made itself', () => {
    expect(withOptions({ rootValue: {} }, { schema: {}, rootValue: null }, { schema: null }, {}).ownRoots()).toEqual([
      'rootValue',
      'rootValue',
      'schema',
    ]);
  });

  it('are none where their options are no object', () => {
    const modules = modulesOf({ options: null }, { options: 'text' });
    expect([modules.guardsFields, modules.hasGateway, modules.ownRoots()]).toEqual([false, false, []]);
  });
});
