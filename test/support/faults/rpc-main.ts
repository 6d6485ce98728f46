import 'reflect-metadata';
import { Controller, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { AuthEventSink, AuthModule, CurrentPrincipal, type DenialEvent, type Principal, ServiceAuth } from 'nest-service-auth';
import { connectionTo, type RpcTrial } from './rpc-app.js';

const { server, secret }: RpcTrial = JSON.parse(process.argv[2] ?? '{}');

const callers = new Set<string>();
const refused = new Set<string>();
const log: string[] = [];
const keep = (message: unknown) => void log.push(String(message));
const drain = (set: Set<string>) => {
  const all = [...set];
  set.clear();
  return all;
};

@Injectable()
class Sink extends AuthEventSink {
  denied({ route, steps }: DenialEvent): void {
    refused.add(`${route}: ${steps[0]?.reason}`);
  }
}

@ServiceAuth({ auth: ['sts'] })
@Controller()
class Messages {
  @MessagePattern('guarded')
  guarded(@CurrentPrincipal() { username }: Principal) {
    callers.add(username);
    return username;
  }
  @EventPattern('happened')
  happened(@CurrentPrincipal() { username }: Principal) {
    callers.add(`${username}, event`);
  }
}

const sts = { jwtValidatorConfig: { issuer: 'https://sts.test', audience: 'orders', clockSkew: 0, signatureConfig: { secret } } };

@Module({ imports: [AuthModule.forRoot({ schemes: { sts }, eventSink: Sink })], controllers: [Messages] })
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
    transport: Transport.NATS,
    options: connectionTo(server),
    logger: { log: () => undefined, warn: keep, error: keep },
    abortOnError: false,
  });
  await app.listen();
  process.on('message', () => process.send?.({ callers: drain(callers), refused: drain(refused), log: log.splice(0) }));
  process.on('disconnect', () => process.exit());
  process.send?.({ listens: true });
}

main().catch((error) => process.send?.({ error: String(error?.stack ?? error) }, () => process.exit(1)));
