import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { connect, type Service } from './clients.js';

/** Somebody who watches the orders. */
export interface Watch {
  /** The numbers of the orders, in the order of their arrival. */
  readonly seen: string[];
  /** Why the connection ended. */
  readonly ended: Promise<string>;
  close(): void;
}

/** Watches over the gateway. The orders that exist already come first. */
export async function watchDisplay(service: Service, token: string): Promise<Watch> {
  const seen: string[] = [];
  const socket = await connect(service, token);
  socket.on('orders', ({ orders }) => seen.push(...orders.map(({ id }: { id: string }) => id)));
  socket.on('orders.placed', ({ id }) => seen.push(id));
  const ended = new Promise<string>((resolve) => void socket.once('exception', ({ code }) => resolve(code)));
  return { seen, ended, close: () => socket.disconnect() };
}

/** Watches over a subscription. Resolves when the server has accepted the connection. */
export async function watchSubscription({ url, ca }: Service, token: string): Promise<Watch> {
  class Trusting extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { ca });
    }
  }
  const client = createClient({
    url: `${url.replace('https', 'wss')}/graphql`,
    webSocketImpl: Trusting,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    // Otherwise the client closes the connection when the subscription ends, before the server does.
    lazy: false,
    onNonLazyError: () => undefined,
  });
  const seen: string[] = [];
  const connected = new Promise<void>((resolve) => void client.on('connected', () => resolve()));
  const ended = new Promise<string>((resolve) => {
    client.on('closed', (event) => resolve(String(Object(event).code)));
    const next = ({ data }: { data?: unknown }) => void (data && seen.push(Object(data).orderPlaced.id));
    client.subscribe({ query: 'subscription { orderPlaced { id } }' }, { next, error: () => undefined, complete: () => undefined });
  });
  await Promise.race([connected, ended]);
  return { seen, ended, close: () => void client.dispose() };
}
