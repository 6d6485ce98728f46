import 'reflect-metadata';
import { deepStrictEqual, match } from 'node:assert/strict';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { OrderGateway } from './application.js';
import { type Broker, brokersIn, optionsFor, overBroker } from './brokers.js';
import { type Caller, GrpcCaller, overGraphql, overHttp, overSocketIo, overWs } from './callers.js';
import { EARLY, STOPPED } from './early.js';
import { everyTransport, moduleOf } from './modules.js';
import { type NestPromise, type NestVersion, SAME_ON_EACH, type World } from './promises.js';
import { OF_THE_BOOT } from './promises-of-boot.js';
import { OF_CONNECTIONS } from './promises-of-connections.js';
import { OF_MESSAGES } from './promises-of-messages.js';
import { grpcOptions, HTTP, PROTO, start } from './running.js';

const MOST_SECONDS = 120;

/** Starts the applications, asks, and stops them. */
async function withWorld(brokers: readonly Broker[], ask: (world: World) => Promise<void>): Promise<void> {
  const options = await grpcOptions();
  const every = await start(everyTransport('Apollo, code first'), 'express', 'socket.io', [
    options,
    ...brokers.map((broker): MicroserviceOptions => optionsFor(broker)),
  ]);
  const fastify = await start(everyTransport('Mercurius'), 'fastify', 'socket.io');
  const apolloOnFastify = await start(everyTransport('Apollo'), 'fastify', 'socket.io');
  const gateways = await Promise.all(HTTP.map((http) => start(moduleOf({ providers: [OrderGateway] }), http, 'ws')));
  const grpc = new GrpcCaller(options.options.url, PROTO);
  const over = [every, fastify].flatMap(({ url }) => [overHttp(url), overGraphql(url), overSocketIo(url)]);
  const callers: Caller[] = [
    ...over,
    overGraphql(apolloOnFastify.url),
    ...gateways.map(({ url }) => overWs(url)),
    grpc,
    ...brokers.map(overBroker),
  ];
  await ask({ every, fastify, apolloOnFastify, gateways, grpc, brokers, callers });
  grpc.close();
  for (const { app } of [...gateways, apolloOnFastify, fastify, every]) await app.close();
}

/** Asks every promise, and ends with an error if one does not hold: `main.js <version of Nest> [nats=<URL>] [rabbitmq=<URL>] [mqtt=<URL>]`. */
async function main([version, ...args]: readonly string[]): Promise<void> {
  const brokers = brokersIn(args);
  await check(EARLY, version as NestVersion, brokers);
  await check(STOPPED, version as NestVersion, undefined);
  await withWorld(brokers, async (world) => {
    for (const promise of [...SAME_ON_EACH, ...OF_CONNECTIONS, ...OF_MESSAGES, ...OF_THE_BOOT])
      await check(promise, version as NestVersion, world);
  });
}

async function check<W>({ name, ask, expected, except }: NestPromise<W>, version: NestVersion, world: W): Promise<void> {
  const awaited = except !== undefined && version in except ? except[version] : expected;
  if (awaited === 'left out') return;
  const timer = setTimeout(() => giveUp(name), MOST_SECONDS * 1000);
  try {
    const answer = await ask(world);
    if (awaited instanceof RegExp) match(String(answer), awaited);
    else deepStrictEqual(answer, awaited);
  } catch (error) {
    console.error(`${name}:`, error);
    process.exitCode = 1;
  } finally {
    clearTimeout(timer);
  }
}

/** A caller whom nobody answers must not hide which promise is not kept. */
function giveUp(name: string): never {
  console.error(`${name}: no answer within ${MOST_SECONDS} seconds`);
  process.exit(1);
}

main(process.argv.slice(2)).then(
  // A promise that was not kept may have left something open.
  () => process.exitCode && process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
