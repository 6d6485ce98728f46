import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { GrpcStreamCall, GrpcStreamMethod, MessagePattern, TcpContext, Transport } from '@nestjs/microservices';
import { type AuthConfigurationError } from 'nest-service-auth';
import { ReplaySubject } from 'rxjs';
import { MessageServers } from '../../../../lib/transport/rpc/message-servers.js';

class Orders {
  @MessagePattern('any')
  any() {}
  @MessagePattern('nats', Transport.NATS)
  nats() {}
  @MessagePattern('mqtt', Transport.MQTT)
  mqtt() {}
  @GrpcStreamMethod('Orders')
  stream() {}
  @GrpcStreamCall('Orders')
  call() {}
}

const single = (challenges: object[], credentials?: object[]) => ({
  kind: 'single',
  authenticator: { challenges, credentials, accessTokens: {} },
});
const BEARER = single([{ scheme: 'Bearer' }]);
const CUSTOM = single([]);
const CERTIFICATE = {
  kind: 'single',
  authenticator: { challenges: [{ scheme: 'ClientCertificate' }], credentials: [{ kind: 'certificate' }] },
};
const protectedBy = (steps: object[], admitsAnonymous?: boolean) => ({ kind: 'protected', steps, admitsAnonymous });
const planOf = (name: keyof Orders, plan: object = protectedBy([BEARER]), transport = 'rpc') => ({
  label: `Orders.${name}`,
  transport,
  plan,
  handler: { functions: [() => undefined, Orders.prototype[name]] },
});

const MQTT4 = { transportId: Transport.MQTT, options: { protocolVersion: 4 } };
const MQTT = { transportId: Transport.MQTT };
const MQTT5 = { transportId: Transport.MQTT, options: { protocolVersion: 5 } };
const NATS = { transportId: Transport.NATS };
const TCP = { transportId: Transport.TCP };
const REDIS = { transportId: Transport.REDIS };
const GRPC = { transportId: Transport.GRPC };
const UNKNOWN = {};

function checked(all: object[], ...servers: object[]) {
  const registry = new ReplaySubject<object>();
  for (const each of servers) registry.next(each);
  const check = new MessageServers({ getRpcTargetRegistry: () => registry } as never, { all } as never);
  const problems = async () => {
    try {
      await check.check();
      return [];
    } catch (error) {
      return (error as AuthConfigurationError).problems;
    }
  };
  const found = async () => (await problems()).map(({ path }) => path);
  const messages = async () => (await problems()).map(({ message }) => message);
  return { registry, found, messages };
}

describe('the boot of a microservice', () => {
  it.each<[string, object[], object[], string[]]>([
    ['requires a credential over MQTT before version 5', [planOf('any')], [MQTT4], ['Orders.any']],
    ['requires a credential over MQTT of the default version', [planOf('any')], [MQTT], ['Orders.any']],
    ['is bound to MQTT before version 5', [planOf('mqtt')], [MQTT4], ['Orders.mqtt']],
    [
      'requires one of two credentials',
      [planOf('any', protectedBy([BEARER, { kind: 'group', steps: [CUSTOM, BEARER] }]))],
      [MQTT],
      ['Orders.any'],
    ],
    ['is served by one such server of several', [planOf('any')], [MQTT5, NATS, MQTT4], ['Orders.any']],
  ])('stops where a handler %s', async (_, plans, servers, expected) => {
    expect(await checked(plans, ...servers).found()).toEqual(expected);
  });

  it.each<[string, object[], object[]]>([
    ['the server is one of MQTT 5', [planOf('any')], [MQTT5]],
    ['the server is one of NATS', [planOf('any')], [NATS]],
    ['the server does not say what it is', [planOf('any')], [UNKNOWN]],
    ['its handler is bound to another transporter', [planOf('nats')], [MQTT4, MQTT5]],
    ['its handler admits messages without credentials', [planOf('any', protectedBy([BEARER], true))], [MQTT4]],
    ['a strategy may look at something else', [planOf('any', protectedBy([BEARER, CUSTOM]))], [MQTT4]],
    [
      'all strategies of a group may look at something else',
      [planOf('any', protectedBy([{ kind: 'group', steps: [CUSTOM, CUSTOM] }]))],
      [MQTT4],
    ],
    ['its handler is open', [planOf('any', { kind: 'open' })], [MQTT4]],
    ['its handler is one of HTTP', [planOf('any', undefined, 'http')], [MQTT4]],
    ['there is no server', [planOf('any')], []],
    ['there is no handler', [], [MQTT4]],
  ])('goes on where %s', async (_, plans, servers) => {
    expect(await checked(plans, ...servers).found()).toEqual([]);
  });

  it('stops where no message can meet the entries of a handler, whatever the server is', async () => {
    expect(await checked([planOf('any', protectedBy([CERTIFICATE]))]).found()).toEqual(['Orders.any']);
  });
});

describe('the boot of a microservice of Nest 11 and of Nest 12', () => {
  const own = Object.getOwnPropertyDescriptor(TcpContext.prototype, 'getMetadata');
  const withoutFields = () => Reflect.deleteProperty(TcpContext.prototype, 'getMetadata');
  const withFields = () => Reflect.defineProperty(TcpContext.prototype, 'getMetadata', { value: () => undefined, configurable: true });
  afterEach(() => own && Reflect.defineProperty(TcpContext.prototype, 'getMetadata', own));
  afterAll(() => own === undefined && withoutFields());

  it.each<[string, object, object, RegExp | undefined]>([
    ['stops on Nest 11 alone over TCP', planOf('any'), TCP, /messages over TCP have/],
    ['stops on Nest 11 alone over Redis', planOf('any'), REDIS, /messages over Redis have/],
    [
      'goes on over TCP with a handler that admits messages without credentials',
      planOf('any', protectedBy([BEARER], true)),
      TCP,
      undefined,
    ],
    ['goes on over NATS', planOf('any'), NATS, undefined],
    [
      'stops on Nest 11 alone over gRPC with a stream of messages, which would be lost',
      planOf('stream'),
      GRPC,
      /receives a stream of messages/,
    ],
    ['goes on over gRPC with a handler that reads the stream itself', planOf('call'), GRPC, undefined],
    ['goes on over gRPC with a handler of single messages', planOf('any'), GRPC, undefined],
    ['goes on where the server does not say what it is', planOf('stream'), UNKNOWN, undefined],
  ])('%s', async (_, plan, server, expected) => {
    withoutFields();
    const found = await checked([plan], server).messages();
    expect(found).toEqual(expected === undefined ? [] : [expect.stringMatching(expected)]);
    withFields();
    expect(await checked([plan], server).messages()).toEqual([]);
  });
});

describe('a server that is connected before the boot', () => {
  it('is told of by what stops the boot alone', async () => {
    const log = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    expect([await checked([planOf('any')], MQTT4).found(), log.mock.calls]).toEqual([['Orders.any'], []]);
    log.mockRestore();
  });
});

describe('a server that is connected after the boot', () => {
  it('is told of in the log where its messages have no place for a credential', async () => {
    const log = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const { registry, found } = checked([planOf('any')], NATS);
    registry.next(NATS);
    expect([await found(), log.mock.calls]).toEqual([[], []]);
    registry.next(MQTT5);
    registry.next(MQTT4);
    expect(log.mock.calls).toEqual([[expect.stringMatching(/^Orders\.any: requires a credential, and messages of MQTT/)]]);
    log.mockRestore();
  });
});
