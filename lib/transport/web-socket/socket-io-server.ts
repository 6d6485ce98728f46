import type { IncomingMessage } from 'node:http';
import type { WsServer } from './ws-server.js';

/** A client of socket.io, before and after it is connected. */
export interface Socket {
  readonly request: IncomingMessage;
  readonly handshake: { readonly auth?: unknown };
}

type Middleware = (socket: Socket, next: (error?: Error) => void) => void;

/** A namespace of socket.io, or a family of them whose names match. */
export interface Namespace {
  use(middleware: Middleware): unknown;
}

/** A server of socket.io. */
interface SocketIoServer {
  /** The namespace `/`: what the server's own events are about. */
  readonly sockets: Namespace;
  readonly engine?: { readonly ws?: { readonly options?: WsServer['options'] } };
  readonly opts?: { readonly connectionStateRecovery?: { skipMiddlewares?: boolean } };
}

/** The namespace that a server of socket.io, or a namespace, stands for; undefined for a server of another kind. */
export function namespaceOf(server: object): Namespace | undefined {
  const { sockets } = server as Partial<SocketIoServer>;
  // A namespace has `sockets`, too: those of its clients.
  return [sockets, server].find(isNamespace);
}

function isNamespace(value: unknown): value is Namespace {
  const { use, emit, on } = Object(value) as Readonly<Record<string, unknown>>;
  return [use, emit, on].every((each) => typeof each === 'function');
}

/** Lets middlewares run also where a client takes up its connection again: its token may have expired meanwhile. */
export function askAlways(server: object): void {
  const { opts } = server as Partial<SocketIoServer>;
  if (opts?.connectionStateRecovery) opts.connectionStateRecovery.skipMiddlewares = false;
}

/** The options of the server of `ws` that a server of socket.io has; undefined if it has none. */
export function webSocketOptionsOf(server: object): WsServer['options'] | undefined {
  return (server as Partial<SocketIoServer>).engine?.ws?.options;
}

/**
 * Lets a namespace ask before a client is connected to it, ahead of the application's own middlewares.
 *
 * @param admit - returns the `data` and the message of the error for a client that is refused.
 * @param failed - returns the same for what a middleware of the application threw.
 */
export function guardNamespace(
  namespace: Namespace,
  admit: (socket: Socket) => Promise<ConnectAnswer | undefined>,
  failed: (error: unknown) => ConnectAnswer,
): void {
  namespace.use((socket, next) => {
    void admit(socket)
      .then((answer) => next(answer && errorOf(answer)))
      // The application's own middlewares run in `next`: their mistake must not end the process.
      .catch((error) => next(errorOf(failed(error))));
  });
}

function errorOf({ message, data }: ConnectAnswer): Error {
  return Object.assign(new Error(message), { data });
}

/** The answer to a client that is refused. */
export interface ConnectAnswer {
  readonly message: string;
  readonly data: object;
}
