import { EventEmitter } from 'node:events';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { KafkaContext, MqttContext, NatsContext, RedisContext, RmqContext, TcpContext } from '@nestjs/microservices';
import { MessageRequest } from '../../../../lib/transport/rpc/message-request.js';

type Fields = Readonly<Record<string, unknown>>;

const get = (fields: Fields) => (name: string) => [fields[name] ?? []].flat();
const httpRequest = (rawHeaders: string[]) => Object.assign(new IncomingMessage(new Socket()), { rawHeaders });
const textOf = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString() : String(value));

/** The context of a message with some fields, as Nest makes it for each transporter. */
const CONTEXTS: Readonly<Record<string, (fields: Fields) => object>> = {
  gRPC: (fields) => Object.assign(new EventEmitter(), { getPeer: () => '', metadata: { get: get(fields) } }),
  NATS: (fields) => new NatsContext(['orders', new Map(Object.entries(fields).map(([name, value]) => [name, [value].flat()]))] as never),
  RabbitMQ: (headers) => new RmqContext([{ properties: { headers } }, {}, 'orders'] as never),
  Kafka: (headers) => new KafkaContext([{ headers }, 0, 'orders', {}, async () => {}, {}] as never),
  MQTT: (userProperties) => new MqttContext(['orders', { properties: { userProperties } }]),
  // In Nest 11 they have no place for fields: a handler that needs one stops the boot.
  ...('getMetadata' in TcpContext.prototype && {
    TCP: (metadata: Fields) => new TcpContext([{}, 'orders', metadata] as never),
    Redis: (metadata: Fields) => new RedisContext(['orders', metadata] as never),
  }),
  'a transporter of an application': (metadata) => ({ getMetadata: () => metadata }),
  HTTP: (fields) => ({ getRawRequest: () => httpRequest(Object.entries(fields).flatMap(([name, value]) => [name, textOf(value)])) }),
};
const NAMES = Object.keys(CONTEXTS);
const contextOf = (name: string, fields: Fields) => CONTEXTS[name]?.(fields);
const read = (context: object | undefined, longest = 100) => MessageRequest.of(context, longest);
const ABSENT = { kind: 'absent' };

describe.each(NAMES)('a message of %s', (name) => {
  it('has the credential of its field, and the trace, and no other field', () => {
    const { bearer, headers } = read(contextOf(name, { authorization: 'Bearer abc', traceparent: 'a-b', cookie: 'x', 'x-api-key': 'k' }));
    expect(bearer).toEqual({ kind: 'present', value: 'abc' });
    expect(headers).toEqual({ authorization: 'Bearer abc', traceparent: 'a-b' });
  });

  it('has a token up to the longest that is looked at', () => {
    expect(read(contextOf(name, { authorization: 'Bearer abc' }), 3).bearer.kind).toBe('present');
    expect(read(contextOf(name, { authorization: 'Bearer abcd' }), 3).bearer).toEqual({ kind: 'malformed', reason: 'too_long' });
  });

  it('has none without the field', () => {
    expect(read(contextOf(name, {})).bearer).toEqual(ABSENT);
  });
});

describe.each(NAMES.filter((name) => name !== 'HTTP' && name !== 'gRPC'))('a field of a message of %s', (name) => {
  it.each<[string, unknown, readonly string[]]>([
    ['bytes', new Uint8Array(Buffer.from('Bearer abc')), ['Bearer abc']],
    ['a number', 7, ['']],
    ['an object', { authorization: 'Bearer abc' }, ['']],
    ['nothing', null, []],
    ['undefined', undefined, []],
    ['several values', ['Bearer abc', 'Bearer abd'], ['Bearer abc', 'Bearer abd']],
  ])('may be %s, and is only a credential where it is text or bytes', (_, authorization, expected) => {
    const { rawHeaders, headers } = read(contextOf(name, { Authorization: authorization }));
    expect(rawHeaders).toEqual(expected.flatMap((value) => ['authorization', value]));
    expect(headers.authorization).toBe(expected[0]);
  });
});

describe('a message', () => {
  it('of Kafka has several credentials where Nest has joined them by commas', () => {
    const { rawHeaders } = read(contextOf('Kafka', { authorization: 'Bearer abc,Bearer abd' }));
    expect(rawHeaders).toEqual(['authorization', 'Bearer abc', 'authorization', 'Bearer abd']);
  });

  it('that came in an HTTP request has each of its fields, in any case', () => {
    const context = { getRawRequest: () => httpRequest(['Authorization', 'Bearer abc', 'AUTHORIZATION', 'Basic x']) };
    expect(read(context).rawHeaders).toEqual(['authorization', 'Bearer abc', 'authorization', 'Basic x']);
  });

  it.each<[string, object]>([
    ['of NATS without headers', new NatsContext(['orders', undefined] as never)],
    ['of NATS with other headers', new NatsContext(['orders', 7] as never)],
    ['of NATS with null for headers', new NatsContext(['orders', null] as never)],
    ['of RabbitMQ without headers', new RmqContext([{ properties: {} }, {}, 'orders'] as never)],
    ['of RabbitMQ with null for headers', new RmqContext([{ properties: { headers: null } }, {}, 'orders'] as never)],
    ['of RabbitMQ with null for properties', new RmqContext([{ properties: null }, {}, 'orders'] as never)],
    ['of RabbitMQ without properties', new RmqContext([{}, {}, 'orders'] as never)],
    ['of Kafka without headers', new KafkaContext([{}, 0, 'orders', {}, async () => {}, {}] as never)],
    ['of MQTT before version 5', new MqttContext(['orders', {}])],
    ['of TCP from a client of Nest 11', new TcpContext([{}, 'orders'] as never)],
    ['of gRPC without metadata', { getPeer: () => '' }],
    ['with null for its HTTP request', { getRawRequest: () => null }],
    ['with text for its HTTP request', { getRawRequest: () => 'authorization' }],
    ['whose context has none of the methods', { headers: { authorization: 'Bearer abc' }, metadata: { authorization: 'Bearer abc' } }],
  ])('%s has no credential', (_, context) => {
    expect(read(context)).toMatchObject({ bearer: ABSENT, rawHeaders: [] });
  });

  it('has no credential where nothing stands for it', () => {
    expect(read(undefined)).toMatchObject({ bearer: ABSENT, rawHeaders: [] });
  });

  it.each(['gRPC', 'NATS', 'RabbitMQ', 'Kafka', 'MQTT', 'HTTP'])('of %s is read in its own place alone', (name) => {
    const context = Object.assign(contextOf(name, {}) ?? {}, { getMetadata: () => ({ authorization: 'Bearer abc' }) });
    expect(read(context).bearer).toEqual(ABSENT);
  });

  it('whose HTTP request is not there is read nowhere else', () => {
    const context = { getRawRequest: () => null, getMetadata: () => ({ authorization: 'Bearer abc' }) };
    expect(read(context).bearer).toEqual(ABSENT);
  });

  it.each<[string, object]>([
    ['getHeaders of NATS', { getHeaders: () => [['authorization', ['Bearer abc']]] }],
    ['getMessage of RabbitMQ', { getMessage: () => ({ properties: { headers: { authorization: 'Bearer abc' } } }) }],
    ['getMessage of Kafka', { getMessage: () => ({ headers: { authorization: 'Bearer abc' } }) }],
    ['getPacket of MQTT', { getPacket: () => ({ properties: { userProperties: { authorization: 'Bearer abc' } } }) }],
  ])('is not one of the transporter whose context has more than %s', (_, context) => {
    expect(read(context).bearer).toEqual(ABSENT);
  });
});
