import type { RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { AuthUnavailableError } from '../../../lib/errors.js';
import type { ClientConfig } from '../../../lib/outgoing/client-config.js';
import { createOutgoingClient, type OutgoingClient } from '../../../lib/outgoing/outgoing-client.js';
import { startServer, type TestServer } from '../../support/https-server.js';

/** Makes clients and servers, and closes them at the end of each test. */
export function workshop() {
  const cleanups: (() => Promise<void>)[] = [];
  const clientOf = (config: ClientConfig = {}): OutgoingClient => {
    const client = createOutgoingClient(config);
    cleanups.push(() => client.close());
    return client;
  };
  const serve = async (listener: RequestListener, tls?: object): Promise<TestServer> => {
    const server = await startServer(listener, tls);
    cleanups.push(() => server.close());
    return server;
  };
  const serveRaw = async (onConnection: (socket: Socket) => void): Promise<number> => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => {}));
      onConnection(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    return (server.address() as AddressInfo).port;
  };
  const close = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  return { clientOf, serve, serveRaw, close };
}

/** The reason of a rejection, which is an {@link AuthUnavailableError}. */
export async function failureOf(asked: Promise<unknown>): Promise<Error> {
  const error = await asked.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(AuthUnavailableError);
  return error;
}
