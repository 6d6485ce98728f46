import 'reflect-metadata';
import type { ClassRef } from '../decorators/declaration.js';
import type { TransportName } from '../transport-name.js';
import { type GraphqlKind, graphqlKindOf } from './graphql-kind.js';
import { graphqlName, messageName, messageNames, referenceName } from './operation-name.js';

/** A method of a class that Nest knows. */
interface Method {
  readonly type: ClassRef;
  readonly name: string;
  /** The prototype's function; undefined for a connection that the gateway does not handle. */
  readonly method: object | undefined;
  readonly inController: boolean;
}

/** What is known of a kind of handler. */
interface KindOfHandler {
  /** The transport that calls it. */
  readonly transport: TransportName;
  /** Whether a method is one. `graphql` is what a GraphQL schema calls the method for. */
  readonly is: (method: Method, graphql: GraphqlKind | undefined) => boolean;
  /** The name by which it is called from outside; left out: the class and the method. */
  readonly operation?: (method: Method) => string;
  /** Whether Nest may run no global guard for it: the guard is attached to the class as well. */
  readonly needsClassGuard?: true;
}

/** What Nest calls in a gateway for each client that connects. */
export const HANDLE_CONNECTION = 'handleConnection';

// The keys of Nest's own metadata. The packages that write it are optional, and are not loaded for their names.
/** The key of the patterns of the messages that a method handles. */
export const MESSAGE_PATTERN = 'microservices:pattern';
const MESSAGE = 'message';

/** Every kind of handler. To add one, add an entry here. */
const ENTRIES = {
  'HTTP route': { transport: 'http', is: (each) => each.inController && isMarked('path', each) },
  'WebSocket message': {
    transport: 'ws',
    is: (each) => isMarked('websockets:message_mapping', each),
    operation: ({ method }) => `ws ${messageName(MESSAGE, method)}`,
    needsClassGuard: true,
  },
  'microservice message': {
    transport: 'rpc',
    is: (each) => isMarked(MESSAGE_PATTERN, each),
    operation: ({ method }) => `rpc ${messageNames(MESSAGE_PATTERN, method)}`,
    needsClassGuard: true,
  },
  'WebSocket connection': {
    transport: 'ws',
    is: ({ type, name }) => name === HANDLE_CONNECTION && isGateway(type),
    operation: () => `ws ${HANDLE_CONNECTION}`,
  },
  'GraphQL resolver': { transport: 'graphql', is: isGraphql('GraphQL resolver'), operation: graphqlName },
  'GraphQL field': { transport: 'graphql', is: isGraphql('GraphQL field'), operation: graphqlName },
  'GraphQL reference resolver': { transport: 'graphql', is: isGraphql('GraphQL reference resolver'), operation: referenceName },
  'GraphQL type resolver': { transport: 'graphql', is: isGraphql('GraphQL type resolver'), operation: graphqlName },
} as const satisfies Readonly<Record<string, KindOfHandler>>;

/** What a method is called for from outside. */
export type HandlerKind = keyof typeof ENTRIES;

/** The same, without the types of each. */
const KINDS: Readonly<Record<HandlerKind, KindOfHandler>> = ENTRIES;
const NAMES = Object.keys(KINDS) as HandlerKind[];

/** The transport that calls a kind of handler. */
export function transportOf(kind: HandlerKind): TransportName {
  return KINDS[kind].transport;
}

/** Whether Nest may run no global guard for a kind of handler. */
export function needsClassGuard(kind: HandlerKind): boolean {
  return KINDS[kind].needsClassGuard === true;
}

/** The name by which a handler is called from outside: `Query.orders`, `ws orders.place`, `rpc orders.create`; a method of gRPC by its service: `rpc OrderService.Create`. */
export function operationOf(kind: HandlerKind, method: Method): string {
  return KINDS[kind].operation?.(method) ?? `${method.type.name}.${method.name}`;
}

/** Every kind of handler that a method is: a route may be the handler of a message, too. */
export function kindsOf(method: Method): HandlerKind[] {
  const graphql = method.method && graphqlKindOf(method.type, method.name, method.method);
  return NAMES.filter((kind) => KINDS[kind].is(method, graphql));
}

/** Whether a class is a gateway. Clients connect to one that has no `handleConnection`, too. */
export function isGateway(type: ClassRef): boolean {
  return Reflect.getMetadata('websockets:is_gateway', type) !== undefined;
}

function isGraphql(kind: GraphqlKind): KindOfHandler['is'] {
  return (_, graphql) => graphql === kind;
}

function isMarked(key: string, { method }: Method): boolean {
  return method !== undefined && Reflect.getMetadata(key, method) !== undefined;
}
