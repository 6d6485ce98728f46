import type { INestMicroservice } from '@nestjs/common';
import { type ClientProxy, ClientProxyFactory, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { describeIfOnPath } from '../support/on-path.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { startMicroservice } from '../support/rpc-app.js';
import { type MessageHeaders, promisesOfAttachedClients, promisesOfMessages } from '../support/rpc-promises.js';

describeIfOnPath('redis-server')('messages over Redis', (path) => {
  let server: RedisServer;
  let app: INestMicroservice;
  let client: ClientProxy;
  let metadata: MessageHeaders | undefined;

  beforeAll(async () => {
    server = await startRedis(path);
    const options = { transport: Transport.REDIS, options: { host: '127.0.0.1', port: server.port } } as const;
    app = await startMicroservice(options);
    client = ClientProxyFactory.create(options);
    client.setOnDispatchHook((packet) => Object.assign(packet, { metadata }));
    await client.connect();
  }, 60_000);

  afterAll(async () => {
    await client?.close();
    await app?.close();
    await server?.close();
  });

  const withMetadata = async <T>(headers: MessageHeaders | undefined, send: () => Promise<T>) => {
    metadata = headers;
    return send();
  };

  promisesOfMessages(() => ({
    app,
    send: (pattern, data, headers) => withMetadata(headers, () => firstValueFrom(client.send(pattern, data))),
    emit: (pattern, data, headers) => withMetadata(headers, () => firstValueFrom(client.emit(pattern, data), { defaultValue: undefined })),
  }));

  promisesOfAttachedClients(() =>
    ClientProxyFactory.create({ transport: Transport.REDIS, options: { host: '127.0.0.1', port: server.port } }),
  );
});
