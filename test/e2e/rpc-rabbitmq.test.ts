import { Controller, type INestMicroservice, Injectable } from '@nestjs/common';
import {
  type ClientProxy,
  ClientProxyFactory,
  Ctx,
  EventPattern,
  type RmqContext,
  type RmqOptions,
  RmqRecordBuilder,
  Transport,
} from '@nestjs/microservices';
import { connect } from 'amqplib';
import {
  type Authenticator,
  type AuthStrategy,
  AuthUnavailableError,
  CurrentPrincipal,
  createPrincipal,
  type Principal,
  ServiceAuth,
} from 'nest-service-auth';
import { firstValueFrom } from 'rxjs';
import { eventually } from '../support/eventually.js';
import { type MessageServer, startRabbitMq } from '../support/message-servers.js';
import { describeIfOnPath } from '../support/on-path.js';
import { handled, startMicroservice } from '../support/rpc-app.js';
import { type MessageHeaders, promisesOfAttachedClients, promisesOfMessages } from '../support/rpc-promises.js';

/** How often the identity provider will not answer. */
let outages = 0;

@Injectable()
class Flaky implements AuthStrategy {
  readonly configKey = 'flakyConfig' as never;

  prepare(_: unknown, scheme: string): Authenticator {
    return {
      challenges: [],
      async authenticate() {
        if (outages > 0) throw new AuthUnavailableError(`${outages--} more`);
        return { outcome: 'accepted', principal: createPrincipal({ scheme, method: 'flaky', username: 'stock' }) };
      },
    };
  }
}

@ServiceAuth({ auth: ['flaky'] })
@Controller()
class Stock {
  @EventPattern('stock.booked')
  booked(@CurrentPrincipal() caller: Principal, @Ctx() context: unknown) {
    handled.push(`booked by ${caller.username}`);
    const rabbitmq = context as RmqContext;
    rabbitmq.getChannelRef().ack(rabbitmq.getMessage());
  }
}

describeIfOnPath('rabbitmq-server')('messages over RabbitMQ', () => {
  let server: MessageServer;
  const url = () => `amqp://127.0.0.1:${server.port}`;
  const optionsOf = (queue: string, more: object = {}): RmqOptions => ({
    transport: Transport.RMQ,
    options: { urls: [url()], queue, queueOptions: { durable: false }, ...more },
  });

  const record = (data: unknown, headers: MessageHeaders | undefined) =>
    headers === undefined ? data : new RmqRecordBuilder(data).setOptions({ headers: headers as Record<string, string> }).build();
  const clientOf = (client: ClientProxy) => ({
    send: (pattern: string, data: unknown, headers?: MessageHeaders) => firstValueFrom(client.send(pattern, record(data, headers))),
    emit: (pattern: string, data: unknown, headers?: MessageHeaders) =>
      firstValueFrom(client.emit(pattern, record(data, headers)), { defaultValue: undefined }),
  });

  beforeAll(async () => {
    server = await startRabbitMq();
  }, 170_000);

  afterAll(() => server?.stop(), 30_000);

  describe('that need no acknowledgement', () => {
    let app: INestMicroservice;
    let client: ClientProxy;

    beforeAll(async () => {
      app = await startMicroservice(optionsOf('orders'));
      client = ClientProxyFactory.create(optionsOf('orders'));
      await client.connect();
    }, 60_000);

    afterAll(async () => {
      await client?.close();
      await app?.close();
    });

    promisesOfMessages(() => ({ app, ...clientOf(client) }));
    promisesOfAttachedClients(() => ClientProxyFactory.create(optionsOf('orders')));
  });

  it('that cannot be decided about are delivered again until they can', async () => {
    const queueOptions = { durable: false };
    const app = await startMicroservice(optionsOf('requeued', { queueOptions, noAck: false, prefetchCount: 1 }), {
      auth: { schemes: { flaky: { flakyConfig: {} } } as never, strategies: [Flaky], rpc: { refusedEvents: 'reject' } },
      controllers: [Stock],
    });
    const client = ClientProxyFactory.create(optionsOf('requeued', { queueOptions }));
    handled.length = 0;
    outages = 2;
    await clientOf(client).emit('stock.booked', 'a');
    await eventually(() => handled.length > 0);
    expect([handled, outages]).toEqual([['booked by stock'], 0]);
    await client.close();
    await app.close();
  }, 30_000);

  describe.each(['acknowledge', 'reject'] as const)('that must be acknowledged (refusedEvents: %p)', (refusedEvents) => {
    it('do not hold up the queue when they are refused', async () => {
      const connection = await connect(url());
      const channel = await connection.createChannel();
      const dead = await channel.assertQueue(`dead-${refusedEvents}`, { durable: false });
      const queue = `manual-${refusedEvents}`;
      const queueOptions = { durable: false, arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': dead.queue } };
      const manual = { queueOptions, noAck: false, prefetchCount: 1 };
      const app = await startMicroservice(optionsOf(queue, manual), { auth: { rpc: { refusedEvents } } });
      const client = ClientProxyFactory.create(optionsOf(queue, { queueOptions }));
      const { send, emit } = clientOf(client);
      handled.length = 0;
      await emit('orders.placed', 'a');
      await expect(send('orders.create', 'b')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await expect(send('orders.create', 'c')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await eventually(() => handled.length === 1);
      const countOf = async (name: string) => (await channel.checkQueue(name)).messageCount;
      expect(await countOf(dead.queue)).toBe(refusedEvents === 'reject' ? 1 : 0);
      await client.close();
      await app.close();
      // What was not acknowledged would be back in the queue.
      expect(await countOf(queue)).toBe(0);
      await connection.close();
    });
  });
});
