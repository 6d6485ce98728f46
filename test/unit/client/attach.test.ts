import { ClientKafka, ClientMqtt, ClientNats, type ClientProxy, ClientRMQ, ClientTCP } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import type { MessageClient } from '../../../lib/client/attach.js';
import { AuthConfigurationError } from '../../../lib/errors.js';
import { failureOf, json, workshop } from './setup.js';

const TOKENS = { tokenUrl: 'https://idp.example/token', clientId: 'orders', clientSecret: 'hunter2' };
const TRACE = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
const BROKERS = { client: { brokers: ['127.0.0.1:1'] } };

type Sent = unknown[];
type Done = () => void;

/** One of Nest's clients whose messages go to no broker. `parts` stands in for its connection, which `connect()` makes. */
function without(client: MessageClient, parts: object): ClientProxy {
  client.connect = async () => Object.assign(client, parts);
  return client as ClientProxy;
}

const serializing = (record: (value: unknown) => unknown) => ({ serialize: (value: unknown) => record(value) as never });

/** The kinds of clients, with what `sent` gets of each message: the fields beside its payload. */
const KINDS: readonly (readonly [string, (sent: Sent, own?: Record<string, string>) => ClientProxy])[] = [
  [
    'NATS',
    (sent, headers) =>
      without(new ClientNats(headers === undefined ? {} : { headers }), {
        natsClient: {
          publish: (_: string, __: string, options: { headers?: Iterable<[string, string[]]> }) =>
            sent.push(options.headers && Object.fromEntries([...options.headers].map(([name, [value]]) => [name, value]))),
        },
      }),
  ],
  [
    'RabbitMQ',
    (sent, headers) =>
      without(new ClientRMQ(headers === undefined ? {} : { headers }), {
        channel: {
          sendToQueue: (_: string, __: Buffer, options: { headers: unknown }, done: Done) => {
            sent.push(options.headers);
            done();
          },
        },
      }),
  ],
  [
    'MQTT 5',
    (sent, userProperties) =>
      without(new ClientMqtt({ protocolVersion: 5, ...(userProperties !== undefined && { userProperties }) }), {
        mqttClient: {
          publish: (_: string, __: string, options: { properties: { userProperties: unknown } } | undefined, done: Done) => {
            sent.push(options?.properties.userProperties);
            done();
          },
          end: () => undefined,
        },
      }),
  ],
  ...(
    [
      ['Kafka', (record) => record],
      ['Kafka with a serializer that takes its time', async (record) => record],
    ] satisfies [string, (record: unknown) => unknown][]
  ).map(
    ([name, given]) =>
      [
        name,
        (sent: Sent, headers?: Record<string, string>) => {
          const serializer = serializing((value) => given({ value, ...(headers !== undefined && { headers }) }));
          return without(new ClientKafka({ ...BROKERS, serializer }), {
            _producer: {
              send: async ({ messages: [record] }: { messages: { headers: object }[] }) =>
                void sent.push(Object.keys(record?.headers ?? {}).length === 0 ? undefined : record?.headers),
              disconnect: async () => undefined,
            },
          });
        },
      ] as const,
  ),
  [
    'TCP',
    (sent, metadata) => {
      const socket = {
        sendMessage: (packet: { metadata?: object }) =>
          sent.push(Object.keys(packet.metadata ?? {}).length === 0 ? undefined : packet.metadata),
        end: () => undefined,
      };
      const client = without(new ClientTCP({}), { socket });
      if (metadata !== undefined) client.setOnDispatchHook((packet) => Object.assign(packet, { metadata }));
      return client;
    },
  ],
];

const emit = (client: ClientProxy) => firstValueFrom(client.emit('orders.placed', 'a'), { defaultValue: undefined });

describe.each(KINDS)('messages of a client of %s that an AuthClient is attached to', (_, make) => {
  let work: ReturnType<typeof workshop>;
  let sent: unknown[];
  beforeEach(() => {
    work = workshop();
    sent = [];
  });
  afterEach(() => work.close());

  const calling = (auth: unknown) => work.client({ allowedOrigins: [], auth });

  it('carry a token that is valid when they are sent, beside their own fields', async () => {
    const stock = await calling({ oauth2ClientCredentialsGrantConfig: TOKENS });
    const client = stock.attach(make(sent, { own: '1' }));
    await emit(client);
    work.clock.passes(600);
    await emit(client);
    expect(sent).toEqual([
      { own: '1', authorization: 'Bearer token-1' },
      { own: '1', authorization: 'Bearer token-2' },
    ]);
  });

  it('are not sent without a token where there is none', async () => {
    const client = (await calling({ oauth2ClientCredentialsGrantConfig: TOKENS })).attach(make(sent));
    await emit(client);
    work.clock.passes(600);
    work.endpoint.answer = () => json({ error: 'invalid_client' }, 401);
    expect(await failureOf(emit(client))).toMatchObject({ reason: 'invalid_client' });
    expect(sent).toEqual([{ authorization: 'Bearer token-1' }]);
  });

  it('carry the trace, and nothing where there is nothing to carry', async () => {
    const nobody = await calling(false);
    await emit(nobody.inTraceOf({ headers: TRACE, rawHeaders: [] } as never).attach(make(sent)));
    await emit(nobody.attach(make(sent)));
    expect(sent).toEqual([TRACE, undefined]);
  });

  it('have credentials of one AuthClient alone', async () => {
    const stock = await calling(false);
    const client = stock.attach(make(sent));
    expect(() => stock.attach(client)).toThrow(AuthConfigurationError);
    expect(() => stock.attach(client)).toThrow('this client has credentials already');
  });

  it('leave the connection to the client, which gives it', async () => {
    const client = (await calling(false)).attach(make(sent));
    expect(await client.connect()).toBe(client);
  });
});

describe('attach()', () => {
  const { client, close } = workshop();
  afterEach(close);
  const open = () => client({ allowedOrigins: [], auth: false });

  it('refuses a client of Kafka whose serializer it does not find: its messages would have no credentials', async () => {
    const kafka = Object.assign(new ClientKafka(BROKERS), { serializer: undefined });
    const stock = await open();
    expect(() => stock.attach(kafka)).toThrow('no place for credentials');
  });

  it('refuses a client of MQTT without options, and so of no version', async () => {
    const mqtt = Object.assign(new ClientMqtt({}), { options: undefined });
    const stock = await open();
    expect(() => stock.attach(mqtt as never)).toThrow('protocolVersion: 5');
  });

  it('leaves the options of the application as they are, which other clients may have as well', async () => {
    const options = { servers: 'nats://127.0.0.1:1', headers: { own: '1' } };
    const nats = new ClientNats(options);
    (await open()).inTraceOf({ headers: TRACE, rawHeaders: [] } as never).attach(nats);
    expect(options).toEqual({ servers: 'nats://127.0.0.1:1', headers: { own: '1' } });
    expect(Reflect.get(nats, 'options').servers).toBe(options.servers);
  });

  it('takes a client without options', async () => {
    const sent: unknown[] = [];
    const bare = Object.assign(KINDS[0]?.[1](sent) as ClientProxy, { options: undefined });
    (await open()).inTraceOf({ headers: TRACE, rawHeaders: [] } as never).attach(bare);
    await emit(bare);
    expect(sent).toEqual([TRACE]);
  });

  it('gives a serializer of Kafka the options of the message', async () => {
    const given: unknown[] = [];
    const serializer = { serialize: (...all: unknown[]) => given.push(...all) && { value: 'a' } };
    const kafka = without(new ClientKafka({ ...BROKERS, serializer: serializer as never }), { _producer: { send: async () => undefined } });
    (await open()).attach(kafka);
    await emit(kafka);
    expect(given).toEqual(['a', { pattern: 'orders.placed' }]);
  });
});
