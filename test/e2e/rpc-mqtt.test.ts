import type { INestMicroservice } from '@nestjs/common';
import { type ClientProxy, ClientProxyFactory, MqttRecordBuilder, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { type MessageServer, startMessageServer } from '../support/message-servers.js';
import { describeIfOnPath } from '../support/on-path.js';
import { startMicroservice } from '../support/rpc-app.js';
import { type MessageHeaders, promisesOfAttachedClients, promisesOfMessages } from '../support/rpc-promises.js';

describeIfOnPath('mosquitto')('messages over MQTT', () => {
  let server: MessageServer;
  let app: INestMicroservice;
  let client: ClientProxy;
  const optionsOf = (protocolVersion: 4 | 5) =>
    ({ transport: Transport.MQTT, options: { url: `mqtt://127.0.0.1:${server.port}`, protocolVersion } }) as const;

  beforeAll(async () => {
    server = await startMessageServer('mosquitto');
    app = await startMicroservice(optionsOf(5));
    client = ClientProxyFactory.create(optionsOf(5));
    await client.connect();
  }, 60_000);

  afterAll(async () => {
    await client?.close();
    await app?.close();
    await server?.stop();
  });

  const record = (data: unknown, headers: MessageHeaders | undefined) =>
    headers === undefined
      ? data
      : new MqttRecordBuilder(data).setProperties({ userProperties: headers as Record<string, string | string[]> }).build();

  promisesOfMessages(() => ({
    app,
    send: (pattern, data, headers) => firstValueFrom(client.send(pattern, record(data, headers))),
    emit: (pattern, data, headers) => firstValueFrom(client.emit(pattern, record(data, headers)), { defaultValue: undefined }),
  }));

  promisesOfAttachedClients(() => ClientProxyFactory.create(optionsOf(5)));

  it('stops the boot below version 5, where a message has no place for a credential', async () => {
    await expect(startMicroservice(optionsOf(4))).rejects.toThrow(/OrderMessages\.create .*protocolVersion: 5/);
  });
});
