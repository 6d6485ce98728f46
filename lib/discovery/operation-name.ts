import 'reflect-metadata';
import type { ClassRef } from '../decorators/declaration.js';
import { GRAPHQL_NAME, resolverTypeOf } from './graphql-kind.js';

/** A method of a class, or what its class does without one. */
interface Named {
  readonly type: ClassRef;
  readonly name: string;
  readonly method: object | undefined;
}

/**
 * The pattern of the messages that a method handles: `orders.place`.
 *
 * @param key - the key of Nest's metadata under which it stands.
 */
export function messageName(key: string, method: object | undefined): string {
  return patternInWords(read(key, method));
}

/** The same for a method that may have several patterns: `orders.create, orders.update`; `OrderService.Create`. */
export function messageNames(key: string, method: object | undefined): string {
  return [read(key, method)].flat().map(patternInWords).join(', ');
}

/** The name of a method in a GraphQL schema: `Query.orders`. */
export function graphqlName({ type, name, method }: Named): string {
  return `${graphqlTypeOf(type, method)}.${String(read(GRAPHQL_NAME, method) ?? name)}`;
}

/** The name of a method that finds an entity of a federated GraphQL schema: `Order (reference)`. */
export function referenceName({ type, method }: Named): string {
  return `${graphqlTypeOf(type, method)} (reference)`;
}

function read(key: string, target: object | undefined): unknown {
  return target === undefined ? undefined : Reflect.getMetadata(key, target);
}

function patternInWords(pattern: unknown): string {
  if (typeof pattern === 'string') return pattern;
  const { service, rpc } = Object(pattern) as { readonly service?: unknown; readonly rpc?: unknown };
  return typeof service === 'string' && typeof rpc === 'string' ? `${service}.${rpc}` : JSON.stringify(pattern);
}

function graphqlTypeOf(type: ClassRef, method: object | undefined): string {
  return String(resolverTypeOf(type, method) || type.name);
}
