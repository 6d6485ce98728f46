import { Redis } from 'ioredis';
import type { RedisStateClient } from 'nest-service-auth/redis';
import { createClient } from 'redis';

/** A connected client of one of the two packages. */
export interface ConnectedClient {
  readonly client: RedisStateClient;
  close(): void;
}

/** How a client of each package is made, as an application makes it. */
export const REDIS_CLIENTS: readonly { readonly library: string; readonly connect: (port: number) => Promise<ConnectedClient> }[] = [
  { library: 'ioredis', connect: connectIoredis },
  { library: 'redis', connect: connectNodeRedis },
];

/** A client of `ioredis`; it reconnects by itself. */
export async function connectIoredis(port: number): Promise<ConnectedClient & { readonly client: Redis }> {
  const client = new Redis({ host: '127.0.0.1', port, lazyConnect: true, retryStrategy: () => 100 });
  client.on('error', () => undefined);
  await client.connect();
  return { client, close: () => client.disconnect() };
}

/** A client of `redis`; it reconnects by itself. */
export async function connectNodeRedis(port: number): Promise<ConnectedClient> {
  const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: 100 } });
  client.on('error', () => undefined);
  await client.connect();
  return { client, close: () => client.destroy() };
}
