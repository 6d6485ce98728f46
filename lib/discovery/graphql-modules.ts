import type { ModulesContainer } from '@nestjs/core';
import { resultOf } from '../errors.js';

/** Nest's token of the options of a `GraphQLModule`; the package is optional. */
const OPTIONS = 'GqlModuleOptions';

/** The `GraphQLModule`s of the application, as Nest's container has them. */
export function graphqlModulesIn(modules: ModulesContainer) {
  return [...modules.values()].filter(({ providers }) => providers.has(OPTIONS));
}

/** What is read of the options of a `GraphQLModule`. */
interface GraphqlOptions {
  readonly fieldResolverEnhancers?: readonly unknown[];
  readonly resolvers?: unknown;
  readonly loaders?: unknown;
  readonly gateway?: unknown;
  readonly rootValue?: unknown;
  readonly schema?: unknown;
}

/** The part of a GraphQL schema that lists what a federation gateway may query. */
interface SchemaLike {
  getType(name: string): { getTypes?(): readonly EntityType[] } | undefined;
  getQueryType(): RootType | null | undefined;
  getMutationType(): RootType | null | undefined;
  getSubscriptionType(): RootType | null | undefined;
}
interface RootType {
  readonly name: string;
  getFields(): Readonly<Record<string, unknown>>;
}
interface EntityType {
  readonly name: string;
  readonly extensions?: { readonly apollo?: { readonly subgraph?: { readonly resolveReference?: unknown } } };
}

/** The options and schemas of the `GraphQLModule`s of the application: on either driver, imported with or without a factory. */
export class GraphqlModules {
  constructor(private readonly modules: ModulesContainer) {}

  /** Whether guards run before fields and reference resolvers: in every one of the modules, for each may have its own schema. */
  get guardsFields(): boolean {
    const all = this.options();
    return all.length > 0 && all.every(({ fieldResolverEnhancers = [] }) => fieldResolverEnhancers.includes('guards'));
  }

  /** The entities that a federation gateway may query and that have no reference resolver: their values are those that the caller sent. */
  entitiesWithoutReference(): string[] {
    const entities = this.schemas().flatMap((schema) => schema.getType('_Entity')?.getTypes?.() ?? []);
    return entities.filter(({ extensions }) => extensions?.apollo?.subgraph?.resolveReference === undefined).map(({ name }) => name);
  }

  /** The resolvers and loaders that are given as functions: `Query.orders`. */
  functions(): string[] {
    return this.options().flatMap(({ resolvers, loaders }) => [...functionsIn(resolvers), ...functionsIn(loaders)]);
  }

  /** Whether one of the modules is a federation gateway, which passes queries on to other services. */
  get hasGateway(): boolean {
    return this.options().some(({ gateway }) => gateway !== undefined);
  }

  /** The names of the types of operations. */
  rootTypes(): string[] {
    const roots = this.schemas().flatMap((schema) => [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
    return roots.flatMap((root) => root?.name ?? []);
  }

  /** Whether one of the modules answers the query for the schema of a subgraph. */
  get hasService(): boolean {
    return this.schemas().some((schema) => '_service' in (schema.getQueryType()?.getFields() ?? {}));
  }

  /** The options with values or a whole schema of the application's own, which no resolver of Nest guards. */
  ownRoots(): string[] {
    return this.options().flatMap(({ rootValue, schema }) => [
      ...(rootValue === undefined ? [] : ['rootValue']),
      ...(schema === undefined || schema === null ? [] : ['schema']),
    ]);
  }

  private options(): GraphqlOptions[] {
    return graphqlModulesIn(this.modules).flatMap(({ providers }) => {
      const options: unknown = providers.get(OPTIONS)?.instance;
      return isObject(options) ? [options] : [];
    });
  }

  private schemas(): SchemaLike[] {
    return [...this.modules.values()].flatMap(({ providers }) =>
      [...providers.values()].flatMap(({ name, instance }) => schemaOf(name, instance)),
    );
  }
}

/** The host has a getter that throws where there is no schema, as in a federation gateway. */
function schemaOf(name: unknown, host: unknown): SchemaLike | [] {
  if (name !== 'GraphQLSchemaHost' || !isObject(host)) return [];
  return resultOf(() => (host as { readonly schema?: SchemaLike }).schema ?? []) ?? [];
}

function functionsIn(given: unknown): string[] {
  if (Array.isArray(given)) return given.flatMap(functionsIn);
  return membersOf(given).flatMap(([type, fields]) =>
    membersOf(fields)
      .filter(([, resolver]) => isResolver(resolver))
      .map(([field]) => `${type}.${field}`),
  );
}

/** Of plain objects only: a scalar is an object of a class, and resolves nothing. */
function membersOf(value: unknown): [string, unknown][] {
  if (!isObject(value)) return [];
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.entries(value) : [];
}

function isResolver(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return membersOf(value).some(
    ([name, each]) => (name === 'resolve' || name === 'subscribe' || name === 'loader') && typeof each === 'function',
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
