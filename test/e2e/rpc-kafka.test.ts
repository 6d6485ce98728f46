import type { INestMicroservice } from '@nestjs/common';
import { ClientKafka, ServerKafka } from '@nestjs/microservices';
import { AuthClients } from 'nest-service-auth';
import { firstValueFrom } from 'rxjs';
import { startMicroservice } from '../support/rpc-app.js';
import { type MessageHeaders, promisesOfMessages } from '../support/rpc-promises.js';

type Answer = { readonly err?: unknown; readonly response?: unknown; readonly isDisposed?: boolean };

/** Nest's server without a broker: it is given records as kafkajs delivers them. */
class BrokerlessKafka extends ServerKafka {
  private readonly waiting = new Map<string, (answer: Answer) => void>();

  override async listen(callback: (error?: unknown) => void): Promise<void> {
    callback();
  }
  override async close(): Promise<void> {}
  override async sendMessage(answer: Answer, _: string, __: unknown, correlationId: string): Promise<never[]> {
    if (answer.err !== undefined || answer.response !== undefined) this.waiting.get(correlationId)?.(answer);
    return [];
  }

  deliver(topic: string, data: unknown, headers: MessageHeaders = {}, more: object = {}): Promise<unknown> {
    const octets = Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? Buffer.from(value) : value.map((each) => Buffer.from(each)),
    ]);
    const message = {
      key: null,
      value: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)),
      timestamp: '0',
      attributes: 0,
      offset: '0',
      headers: { ...Object.fromEntries(octets), ...more },
    };
    return this.handleMessage({ topic, partition: 0, message, heartbeat: async () => undefined, pause: () => () => undefined } as never);
  }

  async ask(topic: string, data: unknown, headers?: MessageHeaders): Promise<unknown> {
    const id = String(Math.random());
    const answered = new Promise<Answer>((resolve) => this.waiting.set(id, resolve));
    await this.deliver(topic, data, headers, { kafka_correlationId: Buffer.from(id), kafka_replyTopic: Buffer.from('answers') });
    const { err, response } = await answered;
    if (err !== undefined) throw err;
    return response;
  }
}

describe('messages over Kafka', () => {
  let app: INestMicroservice;
  let server: BrokerlessKafka;

  beforeAll(async () => {
    server = new BrokerlessKafka({ client: { brokers: ['127.0.0.1:1'] } });
    app = await startMicroservice({ strategy: server });
  });

  afterAll(() => app?.close());

  promisesOfMessages(() => ({
    app,
    send: (pattern, data, headers) => server.ask(pattern, data, headers),
    emit: (pattern, data, headers) => server.deliver(pattern, data, headers),
  }));
});

/** Nest's client without a broker: it keeps the records that kafkajs would send. */
class BrokerlessClient extends ClientKafka {
  readonly sent: { readonly messages: readonly { readonly headers: object }[] }[] = [];

  override async connect(): Promise<never> {
    Reflect.set(this, '_producer', { send: async (record: never) => void this.sent.push(record), disconnect: async () => undefined });
    return undefined as never;
  }
}

it('records of an AuthClient over Kafka carry its token beside their own headers', async () => {
  const clients = { stock: { allowedOrigins: [], auth: { bearerTokenConfig: { token: 'a-token' } } } };
  const app = await startMicroservice({ strategy: new BrokerlessKafka({ client: { brokers: ['127.0.0.1:1'] } }) }, { auth: { clients } });
  const client = new BrokerlessClient({ client: { brokers: ['127.0.0.1:1'] } });
  app.get(AuthClients, { strict: false }).get('stock').attach(client);
  await firstValueFrom(client.emit('orders.placed', { value: 'a', headers: { own: '1', authorization: 'Bearer of-the-payload' } }), {
    defaultValue: undefined,
  });
  expect(client.sent[0]?.messages[0]?.headers).toEqual({ own: '1', authorization: 'Bearer a-token' });
  await app.close();
});
