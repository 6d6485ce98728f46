import 'reflect-metadata';
import type { ClassRef } from '../decorators/declaration.js';
import type { TransportName } from '../transport-name.js';
import { type GraphqlKind, graphqlKindOf } from './graphql-kind.js';

/** What a method is called for from outside. */
export type HandlerKind = 'HTTP route' | 'WebSocket message' | 'WebSocket connection' | 'microservice message' | GraphqlKind;

/** A method of a class that Nest knows. */
interface Method {
  readonly type: ClassRef;
  readonly name: string;
  /** The prototype's function; undefined for a connection that the gateway does not handle. */
  readonly method: object | undefined;
  readonly inController: boolean;
}

/** The transport that calls each kind of handler. */
const TRANSPORT_OF: Readonly<Record<HandlerKind, TransportName>> = {
  'HTTP route': 'http',
  'WebSocket message': 'ws',
  'WebSocket connection': 'ws',
  'microservice message': 'rpc',
  'GraphQL resolver': 'graphql',
  'GraphQL field': 'graphql',
  'GraphQL reference resolver': 'graphql',
  'GraphQL type resolver': 'graphql',
};

/** The transport that calls a kind of handler. */
export function transportOf(kind: HandlerKind): TransportName {
  return TRANSPORT_OF[kind];
}

/** What Nest calls in a gateway for each client that connects. */
export const HANDLE_CONNECTION = 'handleConnection';

// The keys of Nest's own metadata. The packages that write it are optional, and are not loaded for their names.
/** The key of the patterns of the messages that a method handles. */
export const MESSAGE_PATTERN = 'microservices:pattern';

/** A kind of handler is one line. */
const KINDS: readonly ((method: Method) => HandlerKind | undefined)[] = [
  (each) => (each.inController && isMarked('path', each) ? 'HTTP route' : undefined),
  (each) => (isMarked('websockets:message_mapping', each) ? 'WebSocket message' : undefined),
  (each) => (isMarked(MESSAGE_PATTERN, each) ? 'microservice message' : undefined),
  ({ type, name }) => (name === HANDLE_CONNECTION && isGateway(type) ? 'WebSocket connection' : undefined),
  ({ type, name, method }) => method && graphqlKindOf(type, name, method),
];

/** Every kind of handler that a method is: a route may be the handler of a message, too. */
export function kindsOf(method: Method): HandlerKind[] {
  return KINDS.flatMap((kindOf) => kindOf(method) ?? []);
}

/** Whether a class is a gateway. Clients connect to one that has no `handleConnection`, too. */
export function isGateway(type: ClassRef): boolean {
  return Reflect.getMetadata('websockets:is_gateway', type) !== undefined;
}

function isMarked(key: string, { method }: Method): boolean {
  return method !== undefined && Reflect.getMetadata(key, method) !== undefined;
}
