import { setImmediate as nextTurn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { UnauthenticatedException } from 'nest-service-auth';
import { GatewayConnections } from '../../../../lib/transport/web-socket/gateway-connections.js';
import { Run } from '../../../../lib/transport/web-socket/run.js';
import { SubprotocolToken } from '../../../../lib/transport/web-socket/subprotocol-token.js';

type Listener = (client: object, ...others: unknown[]) => void;
type Decide = () => unknown;

const OPEN = { connection: { name: 'a connection' }, awaitsToken: false };
const AWAITS = { ...OPEN, awaitsToken: true };
const refusal = new UnauthenticatedException();
const nothing = () => undefined;
const fails = () => {
  throw new Error('the database is down');
};

/** An adapter that hands out one server, and what becomes of its clients. */
function connectionsOf(server: object, decide: Decide = () => OPEN) {
  const told: unknown[] = [];
  const known = new Map<object, unknown>();
  const asked: unknown[][] = [];
  const open = (...parameters: unknown[]) => {
    asked.push(parameters);
    return decide();
  };
  const gateways = ['a gateway'];
  const connections = new GatewayConnections(
    { responseBody: 'json' } as never,
    { add: () => gateways, of: () => gateways } as never,
    { open, reader: { subprotocol: new SubprotocolToken('bearer') } } as never,
    { expect: (client: object, ...rest: unknown[]) => told.push(['waits', client, rest[0], rest[2]]) } as never,
    { begin: (client: object, connection: unknown) => told.push(['begins', client, connection]) && known.set(client, connection) } as never,
    { connectionOf: (client: object) => known.get(client) } as never,
    { getProviders: () => told.push('prepared') && [] } as never,
  );
  let listener: Listener = nothing;
  const handlers: { callback(...parameters: unknown[]): unknown }[][] = [];
  const adapter = {
    messageParser: nothing,
    create: () => server,
    bindClientConnect: (_: object, given: Listener) => {
      listener = given;
    },
    bindMessageHandlers: (_: object, given: (typeof handlers)[number]) => void handlers.push(given),
  };
  connections.watch(adapter as never);
  adapter.create();
  const connected = jest.fn();
  adapter.bindClientConnect(server, connected);
  const connect = (client: object, ...others: unknown[]) => listener(client, ...others);
  return { told, asked, adapter, connected, connect, handlers, gateways };
}

/** A client, and what it is told. */
function clientOf() {
  const ends: unknown[] = [];
  return { ends, close: (code: number) => void ends.push(code) };
}

function wsServer() {
  const options: { verifyClient?: (info: object, done: (...answer: unknown[]) => void) => void; handleProtocols?: unknown } = {};
  const upgrade = async (request: object) => {
    const answers: unknown[][] = [];
    options.verifyClient?.({ req: request }, (...answer) => void answers.push(answer));
    await nextTurn();
    return answers;
  };
  return { server: { handleUpgrade: nothing, options }, upgrade };
}

function socketIoServer() {
  const middlewares: ((socket: object, next: (error?: Error) => void) => void)[] = [];
  const sockets = { use: (each: (typeof middlewares)[number]) => middlewares.push(each), emit: nothing, on: nothing };
  const opts = { connectionStateRecovery: { skipMiddlewares: true } };
  const options: { handleProtocols?: unknown } = {};
  const ask = async (socket: object) => {
    const answers: unknown[] = [];
    for (const each of middlewares) each(socket, (error) => void answers.push(error?.message));
    await nextTurn();
    return answers;
  };
  return { server: { ...sockets, sockets, opts, engine: { ws: { options } } }, ask, opts, options };
}

let log: jest.SpiedFunction<Logger['error']>;
let warn: jest.SpiedFunction<Logger['warn']>;
beforeEach(() => {
  log = jest.spyOn(Logger.prototype, 'error').mockImplementation(nothing);
  warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(nothing);
});
afterEach(() => jest.restoreAllMocks());

describe('a client of a server of ws', () => {
  it('is asked once, however often its server is asked for, and is handed out with its connection', async () => {
    const { server, upgrade } = wsServer();
    const { adapter, told, asked, connected, connect, gateways } = connectionsOf(server);
    adapter.create();
    const [request, client] = [{}, clientOf()];
    expect(await upgrade(request)).toEqual([[true]]);
    expect(asked).toEqual([[gateways, request, undefined, undefined]]);
    connect(client, request);
    connect(client, request);
    expect(told).toEqual(['prepared', ['begins', client, OPEN.connection]]);
    expect(connected.mock.calls).toEqual(Array(2).fill([client, request]));
    expect(typeof server.options.handleProtocols).toBe('function');
  });

  it.each<[string, Decide, number]>([
    ['is refused', () => refusal, 401],
    ['cannot be decided about', fails, 503],
  ])('gets the answer of the upgrade where it %s', async (_, decide, status) => {
    const { server, upgrade } = wsServer();
    connectionsOf(server, decide);
    expect(await upgrade({})).toEqual([[false, status, expect.stringContaining(String(status)), expect.any(Object)]]);
  });

  it('waits for its token, and reads messages with the parser of the adapter', async () => {
    const { server, upgrade } = wsServer();
    const { adapter, told, connected, connect } = connectionsOf(server, () => AWAITS);
    const [request, client] = [{}, clientOf()];
    await upgrade(request);
    connect(client, request);
    expect([told[1], connected.mock.calls]).toEqual([['waits', client, AWAITS.connection, adapter.messageParser], []]);
  });

  it('that was never asked is disconnected', () => {
    const { asked, connected, connect } = connectionsOf(wsServer().server);
    const client = clientOf();
    connect(client, {});
    expect([client.ends, asked, connected.mock.calls]).toEqual([[1013], [], []]);
  });
});

describe('a client of a server of socket.io', () => {
  it('is asked with what its handshake has, also where it takes up its connection again', async () => {
    const { server, ask, opts, options } = socketIoServer();
    const { asked, connected, connect, gateways } = connectionsOf(server);
    const socket = { ...clientOf(), request: {}, handshake: { auth: { token: 'abc' } } };
    expect(await ask(socket)).toEqual([undefined]);
    expect(asked).toEqual([[gateways, socket.request, socket, socket.handshake.auth]]);
    connect(socket);
    expect(connected).toHaveBeenCalledTimes(1);
    expect([opts.connectionStateRecovery.skipMiddlewares, typeof options.handleProtocols]).toEqual([false, 'function']);
  });

  it.each<[string, Decide, string]>([
    ['is refused', () => refusal, 'Unauthorized'],
    ['cannot be decided about', fails, 'Service Unavailable'],
  ])('gets the error where it %s', async (_, decide, message) => {
    const { server, ask } = socketIoServer();
    connectionsOf(server, decide);
    expect(await ask({ request: {}, handshake: {} })).toEqual([message]);
  });

  it('that was never asked is disconnected', () => {
    const { connected, connect } = connectionsOf(socketIoServer().server);
    const client = clientOf();
    connect(client);
    expect([client.ends, connected.mock.calls]).toEqual([[1013], []]);
  });
});

describe('a client of another server', () => {
  it.each<[string, Decide, boolean, number]>([
    ['needs no credentials', () => OPEN, true, 0],
    ['is refused', () => refusal, false, 0],
    ['must wait for its token', () => AWAITS, false, 0],
    ['is decided about later', async () => OPEN, false, 0],
    ['cannot be decided about', fails, false, 1],
    ['cannot be decided about later', async () => fails(), false, 1],
  ])('is handed out only where it needs no credentials: where it %s', async (_, decide, isHanded, errors) => {
    const { asked, connected, connect } = connectionsOf({}, decide);
    const client = clientOf();
    connect(client);
    await nextTurn();
    expect(asked[0]?.[1]).toEqual({ headers: {}, rawHeaders: [] });
    expect([client.ends, connected.mock.calls.length]).toEqual(isHanded ? [[], 1] : [[1013], 0]);
    expect([log.mock.calls.length, warn.mock.calls.length]).toEqual([errors, 1]);
  });
});

describe('a message', () => {
  it('has a run of its own behind what the adapter gives', () => {
    const { adapter, handlers } = connectionsOf({});
    const given: unknown[][] = [];
    const handler = { message: 'place', callback: (...parameters: unknown[]) => given.push(parameters) };
    adapter.bindMessageHandlers({}, [handler]);
    const [bound] = handlers[0] ?? [];
    expect(bound).toMatchObject({ message: 'place' });
    for (let time = 0; time < 2; time++) bound?.callback('data', 'acknowledge');
    expect(given).toEqual(Array(2).fill(['data', 'acknowledge', expect.any(Run)]));
    expect(given[0]?.[2]).not.toBe(given[1]?.[2]);
  });
});
