import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { OrderGateway } from './application.js';
import { type Broker, optionsFor, overBroker } from './brokers.js';
import { type Caller, GrpcCaller, type Operation, overGraphql, overHttp, overSocketIo, overWs } from './callers.js';
import { everyTransport, moduleOf } from './modules.js';
import { each, type NestPromise } from './promises.js';
import { grpcOptions, make, PROTO, urlOf } from './running.js';
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
  const app = await make(everyTransport('express', [Early]), 'express', 'socket.io');
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
