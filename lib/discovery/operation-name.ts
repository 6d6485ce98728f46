import 'reflect-metadata';
import type { ClassRef } from '../decorators/declaration.js';
import { GRAPHQL_NAME, resolverTypeOf } from './graphql-kind.js';
import { HANDLE_CONNECTION, type HandlerKind, MESSAGE_PATTERN } from './handler-kind.js';

/** The key of Nest's own metadata. The package that writes it is optional, and is not loaded for its name. */
const MESSAGE = 'message';

/** The name by which a handler is called from outside: `Query.orders`, `ws orders.place`, `rpc orders.create`; a method of gRPC by its service: `rpc OrderService.Create`. */
export function operationOf(kind: HandlerKind, type: ClassRef, name: string, method: object | undefined): string {
  switch (kind) {
    case 'WebSocket message':
      return `ws ${patternInWords(read(MESSAGE, method))}`;
    case 'WebSocket connection':
      return `ws ${HANDLE_CONNECTION}`;
    case 'microservice message':
      return `rpc ${patternsInWords(read(MESSAGE_PATTERN, method))}`;
    case 'GraphQL reference resolver':
      return `${graphqlTypeOf(type, method)} (reference)`;
    default:
      return `${graphqlTypeOf(type, method)}.${String(read(GRAPHQL_NAME, method) ?? name)}`;
  }
}

function read(key: string, target: object | undefined): unknown {
  return target === undefined ? undefined : Reflect.getMetadata(key, target);
}

function patternsInWords(patterns: unknown): string {
  return [patterns].flat().map(patternInWords).join(', ');
}

function patternInWords(pattern: unknown): string {
  if (typeof pattern === 'string') return pattern;
  const { service, rpc } = Object(pattern) as { readonly service?: unknown; readonly rpc?: unknown };
  return typeof service === 'string' && typeof rpc === 'string' ? `${service}.${rpc}` : JSON.stringify(pattern);
}

function graphqlTypeOf(type: ClassRef, method: object | undefined): string {
  return String(resolverTypeOf(type, method) || type.name);
}
