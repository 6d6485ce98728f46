import { connect, headers as natsHeaders } from '@nats-io/transport-node';
import type { INestMicroservice } from '@nestjs/common';
import { ClientProxyFactory, type NatsOptions, NatsRecordBuilder, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { type MessageServer, startMessageServer } from '../support/message-servers.js';
import { describeIfOnPath } from '../support/on-path.js';
import { startMicroservice } from '../support/rpc-app.js';
import { type MessageHeaders, promisesOfAttachedClients, promisesOfMessages } from '../support/rpc-promises.js';

function headersOf(given: MessageHeaders) {
  const headers = natsHeaders();
  for (const [name, values] of Object.entries(given)) for (const value of [values].flat()) headers.append(name, value);
  return headers;
}

describeIfOnPath('nats-server')('messages over NATS', () => {
  let server: MessageServer;
  let app: INestMicroservice;
  let client: ReturnType<typeof ClientProxyFactory.create>;

  beforeAll(async () => {
    server = await startMessageServer('nats-server');
    const options: NatsOptions = { transport: Transport.NATS, options: { servers: [`nats://127.0.0.1:${server.port}`] } };
    app = await startMicroservice(options);
    client = ClientProxyFactory.create(options);
  }, 60_000);

  afterAll(async () => {
    await client?.close();
    await app?.close();
    await server?.stop();
  });

  const record = (data: unknown, headers: MessageHeaders | undefined) =>
    headers === undefined ? data : new NatsRecordBuilder(data).setHeaders(headersOf(headers)).build();

  promisesOfMessages(() => ({
    app,
    send: (pattern, data, headers) => firstValueFrom(client.send(pattern, record(data, headers))),
    emit: (pattern, data, headers) => firstValueFrom(client.emit(pattern, record(data, headers)), { defaultValue: undefined }),
  }));

  promisesOfAttachedClients(() =>
    ClientProxyFactory.create({ transport: Transport.NATS, options: { servers: [`nats://127.0.0.1:${server.port}`] } }),
  );

  it('refuses a message that no client of Nest has sent', async () => {
    const connection = await connect({ servers: `nats://127.0.0.1:${server.port}` });
    const answer = await connection.request('orders.create', JSON.stringify({ pattern: 'orders.create', id: '1', data: 1 }));
    expect(answer.json()).toMatchObject({ err: { code: 'UNAUTHENTICATED' } });
    await connection.close();
  });
});
