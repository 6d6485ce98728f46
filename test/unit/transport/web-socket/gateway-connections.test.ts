import { setImmediate as nextTurn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Run } from '../../../../lib/transport/web-socket/run.js';
import { AWAITS, clientOf, connectionsOf, type Decide, fails, nothing, OPEN, refusal, socketIoServer, wsServer } from './watched-server.js';

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

  it('is cut off where a listener of the application throws when it is connected', async () => {
    const { server } = wsServer();
    connectionsOf(server);
    const destroy = jest.fn();
    server.options.verifyClient?.({ req: { socket: { destroy } } }, fails);
    await nextTurn();
    expect([destroy.mock.calls.length, log.mock.calls[0]?.[0]]).toEqual([1, expect.stringContaining('the database is down')]);
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

  it('gets an error where a middleware of the application throws', async () => {
    const { server, ask } = socketIoServer();
    connectionsOf(server);
    const next = jest.fn(nothing).mockImplementationOnce(fails);
    expect(await ask({ request: {}, handshake: {} }, next)).toEqual([undefined, 'Service Unavailable']);
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
