import 'reflect-metadata';
import type { ClassRef } from '../decorators/declaration.js';

// The keys of @nestjs/graphql's metadata, which its own ResolversExplorerService reads in the same order. The package is optional.
const TYPE = 'graphql:resolver_type';
/** The key of the name that a method has in the schema. */
export const GRAPHQL_NAME = 'graphql:resolver_name';
const PROPERTY = 'graphql:resolve_property';
const REFERENCE = 'graphql:resolve_reference';
const ROOTS: readonly unknown[] = ['Query', 'Mutation', 'Subscription'];

/** What a GraphQL schema calls a method for. */
export type GraphqlKind = 'GraphQL resolver' | 'GraphQL field' | 'GraphQL reference resolver' | 'GraphQL type resolver';

/** What a GraphQL schema calls a method for; undefined for a method that it does not call. */
export function graphqlKindOf(type: ClassRef, name: string, method: object): GraphqlKind | undefined {
  if (hasMark(REFERENCE, method)) return 'GraphQL reference resolver';
  const resolverType = resolverTypeOf(type, method);
  // A field of a root type is an operation: nothing else leads to it.
  if (hasMark(PROPERTY, method) && !ROOTS.includes(resolverType)) return fieldKind(Reflect.getMetadata(GRAPHQL_NAME, method) ?? name, name);
  // In a class that is a resolver of a root type, every method is one, whether it is decorated or not.
  return ROOTS.includes(resolverType) ? 'GraphQL resolver' : undefined;
}

/** The GraphQL type that a method belongs to: what the method says itself, or else its class. */
export function resolverTypeOf(type: ClassRef, method: object | undefined): unknown {
  return (method !== undefined && Reflect.getMetadata(TYPE, method)) || Reflect.getMetadata(TYPE, type);
}

/** `__resolveReference` may be written as a field, too. Nest recognizes a type resolver by the method's own name. */
function fieldKind(schemaName: unknown, name: string): GraphqlKind {
  if (schemaName === '__resolveReference') return 'GraphQL reference resolver';
  return name === '__resolveType' ? 'GraphQL type resolver' : 'GraphQL field';
}

function hasMark(key: string, method: object): boolean {
  return Boolean(Reflect.getMetadata(key, method));
}
