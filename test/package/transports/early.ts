import { once } from 'node:events';
import { connect } from 'node:net';
import { Controller, Get, Injectable, type OnModuleInit } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { WebSocketGateway } from '@nestjs/websockets';
import { OrderCalls, OrderGateway } from './application.js';
import { type Broker, optionsFor, overBroker } from './brokers.js';
import { type Caller, GrpcCaller, type Operation, overGraphql, overHttp, overSocketIo, overWs } from './callers.js';
import { everyTransport, moduleOf } from './modules.js';
import { each, type NestPromise } from './promises.js';
import { freePort, grpcOptions, HTTP, type HttpName, make, PROTO, type SocketName, urlOf } from './running.js';
import { tokenOfJohn } from './tokens.js';

type App = Awaited<ReturnType<typeof make>>;

let whileBooting: () => Promise<void> = async () => undefined;

/** Asks every transport while the application boots: everything that its module imports has been initialized. */
@Injectable()
class Early implements OnModuleInit {
  onModuleInit() {
    return whileBooting();
  }
}

/** What callers get before the boot has finished, and afterwards. The server of HTTP listens before the application is initialized. */
async function askEarly(app: App, microservices: readonly MicroserviceOptions[], callersOf: (url: string) => readonly Caller[]) {
  for (const options of microservices) app.connectMicroservice<MicroserviceOptions>(options);
  const server = app.getHttpServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  await app.startAllMicroservices();
  const callers = callersOf(urlOf(app));
  const ask = (operation: Operation) => each(callers, (caller) => caller.call(operation, tokenOfJohn()));
  const before: unknown[] = [];
  whileBooting = async () => void before.push(await ask('me'), await ask('open'));
  try {
    await app.init();
    return [...before, await ask('me'), await ask('open')];
  } finally {
    await app.close();
  }
}

async function askEveryTransport(brokers: readonly Broker[]) {
  const grpc = await grpcOptions();
  const client = new GrpcCaller(grpc.options.url, PROTO);
  const app = await make(everyTransport('Apollo', [Early]), 'express', 'socket.io');
  const microservices = [grpc, ...brokers.map((broker): MicroserviceOptions => optionsFor(broker))];
  const callersOf = (url: string) => [overHttp(url), overGraphql(url), overSocketIo(url), client, ...brokers.map(overBroker)];
  return askEarly(app, microservices, callersOf).finally(() => client.close());
}

/** The gateways that another adapter has. Fastify answers no request before it is ready. */
const GATEWAYS = [
  ['express', 'ws', overWs],
  ['fastify', 'ws', overWs],
  ['fastify', 'socket.io', overSocketIo],
] as const;

async function askGateways() {
  const outcomes: unknown[] = [];
  for (const [http, sockets, callerOf] of GATEWAYS) {
    const app = await make(moduleOf({ providers: [OrderGateway, Early] }), http, sockets);
    outcomes.push(await askEarly(app, [], (url) => [callerOf(url)]));
  }
  return outcomes;
}

/** To be asked while no other application listens to the brokers. */
export const EARLY: NestPromise<readonly Broker[]> = {
  name: 'until the boot has finished every transport is unavailable, open handlers included',
  ask: async (brokers) => [await askEveryTransport(brokers), ...(await askGateways())],
  expected: Array(4).fill([['UNAVAILABLE'], ['UNAVAILABLE'], ['john'], ['nobody']]),
};

@Controller('uncovered')
class Uncovered {
  @Get()
  list() {}
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isOpen;
}

/** Which ports are open while an application boots, and after its boot was stopped: of gRPC, and of a gateway. */
async function askStopped(http: HttpName, sockets: SocketName) {
  const port = await freePort();
  @WebSocketGateway(port)
  class OwnPort extends OrderGateway {}
  const grpc = await grpcOptions();
  const app = await make(moduleOf({ controllers: [OrderCalls, Uncovered], providers: [OwnPort, Early] }), http, sockets);
  app.connectMicroservice<MicroserviceOptions>(grpc);
  await app.startAllMicroservices();
  const ports = () => Promise.all([Number(grpc.options.url.split(':')[1]), port].map(isListening));
  const open: boolean[][] = [];
  whileBooting = async () => void open.push(await ports());
  const error = await app.init().catch((reason: Error) => reason.message);
  open.push(await ports());
  await app.close();
  return [String(error).includes('Uncovered.list'), ...open];
}

/** What is promised of a boot that is stopped. */
export const STOPPED: NestPromise<unknown> = {
  name: 'a boot that is stopped closes what listens',
  async ask() {
    const outcomes: unknown[] = [];
    for (const http of HTTP) for (const sockets of ['ws', 'socket.io'] as const) outcomes.push(await askStopped(http, sockets));
    return outcomes;
  },
  expected: Array(4).fill([true, [true, true], [false, false]]),
};
