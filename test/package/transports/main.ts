import 'reflect-metadata';
import { deepStrictEqual, match } from 'node:assert/strict';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { EveryTransportModule, GatewayModule } from './application.js';
import { type Caller, GrpcCaller, overGraphql, overHttp, overNats, overSocketIo, overWs } from './callers.js';
import { type NestPromise, type NestVersion, PROMISES, type World } from './promises.js';
import { grpcOptions, PROTO, start } from './running.js';

/** Asks every promise, and ends with an error if one does not hold: `main.js <version of Nest> [URL of NATS]`. */
async function main([version, nats]: readonly string[]): Promise<void> {
  const grpc = await grpcOptions();
  const microservices: MicroserviceOptions[] = [grpc];
  if (nats !== undefined) microservices.push({ transport: Transport.NATS, options: { servers: [nats] } });
  const every = await start(EveryTransportModule, 'socket.io', microservices);
  const gateways = await start(GatewayModule, 'ws');
  const client = new GrpcCaller(grpc.options.url, PROTO);
  const callers: Caller[] = [overHttp(every.url), overGraphql(every.url), overSocketIo(every.url), overWs(gateways.url), client];
  if (nats !== undefined) callers.push(overNats(nats));
  for (const promise of PROMISES) await check(promise, version as NestVersion, { every, gateways, grpc: client, nats, callers });
  client.close();
  await gateways.app.close();
  await every.app.close();
}

async function check({ name, ask, expected, except }: NestPromise, version: NestVersion, world: World): Promise<void> {
  const awaited = except !== undefined && version in except ? except[version] : expected;
  if (awaited === 'left out') return;
  try {
    const answer = await ask(world);
    if (awaited instanceof RegExp) match(String(answer), awaited);
    else deepStrictEqual(answer, awaited);
  } catch (error) {
    console.error(`${name}:`, error);
    process.exitCode = 1;
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
