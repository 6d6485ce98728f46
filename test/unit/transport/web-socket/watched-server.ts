import { setImmediate as nextTurn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { UnauthenticatedException } from 'nest-service-auth';
import { GatewayConnections } from '../../../../lib/transport/web-socket/gateway-connections.js';
import { SubprotocolToken } from '../../../../lib/transport/web-socket/subprotocol-token.js';

type Listener = (client: object, ...others: unknown[]) => void;
export type Decide = () => unknown;

/** An admitted handshake. */
export const OPEN = { connection: { name: 'a connection' }, awaitsToken: false };
/** One whose token comes in a message. */
export const AWAITS = { ...OPEN, awaitsToken: true };
export const refusal = new UnauthenticatedException();
export const nothing = () => undefined;
export const fails = () => {
  throw new Error('the database is down');
};

/** An adapter that hands out one server, and what becomes of its clients. */
export function connectionsOf(server: object, decide: Decide = () => OPEN) {
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
export function clientOf() {
  const ends: unknown[] = [];
  return { ends, close: (code: number) => void ends.push(code) };
}

export function wsServer() {
  const options: { verifyClient?: (info: object, done: (...answer: unknown[]) => void) => void; handleProtocols?: unknown } = {};
  const upgrade = async (request: object) => {
    const answers: unknown[][] = [];
    options.verifyClient?.({ req: request }, (...answer) => void answers.push(answer));
    await nextTurn();
    return answers;
  };
  return { server: { handleUpgrade: nothing, options }, upgrade };
}

export function socketIoServer() {
  const middlewares: ((socket: object, next: (error?: Error) => void) => void)[] = [];
  const sockets = { use: (each: (typeof middlewares)[number]) => middlewares.push(each), emit: nothing, on: nothing };
  const opts = { connectionStateRecovery: { skipMiddlewares: true } };
  const options: { handleProtocols?: unknown } = {};
  const ask = async (socket: object, next: () => void = nothing) => {
    const answers: unknown[] = [];
    const answer = (error?: Error) => {
      answers.push(error?.message);
      next();
    };
    for (const each of middlewares) each(socket, answer);
    await nextTurn();
    return answers;
  };
  return { server: { ...sockets, sockets, opts, engine: { ws: { options } } }, ask, opts, options };
}
