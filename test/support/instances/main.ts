import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Controller, Get } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule, AuthService, ResourceAuth } from 'nest-service-auth';
import { redisState } from 'nest-service-auth/redis';
import { connectIoredis, connectNodeRedis } from '../redis-clients.js';
import type { InstanceTrial } from './instance.js';

const trial: InstanceTrial = JSON.parse(process.argv[2] ?? '{}');
const { issuer, audience, secret, usersFile, stateSecret } = trial;

@Controller()
class Routes {
  @ResourceAuth({ auth: ['sts'] })
  @Get('token')
  token() {
    return 'token';
  }
  @ResourceAuth({ auth: ['bound'] })
  @Get('bound')
  bound() {
    return 'bound';
  }
  @ResourceAuth({ auth: ['people'] })
  @Get('login')
  login() {
    return 'login';
  }
}

async function main(): Promise<void> {
  const { client } = await (trial.library === 'redis' ? connectNodeRedis : connectIoredis)(trial.redisPort);
  const jwtValidatorConfig = { issuer, audience, signatureConfig: { secret }, cacheConfig: {} };
  const auth = AuthModule.forRoot({
    schemes: {
      sts: { jwtValidatorConfig },
      bound: { jwtValidatorConfig: { ...jwtValidatorConfig, dpop: 'required' } },
      people: { fileUserStoreConfig: { path: usersFile, allowPlainText: true, cacheConfig: false, failedLogins: { window: 604_800 } } },
    },
    publicUrl: 'https://orders.example.com',
    revocation: { onUnavailable: 'refuse' },
    sharedState: redisState(client, { prefix: 'orders:', secret: stateSecret }),
  });
  class AppModule {}
  const app = await NestFactory.create(
    { module: AppModule, imports: [auth], controllers: [Routes] },
    { logger: false, abortOnError: false },
  );
  await app.listen(0, '127.0.0.1');
  process.on('message', (revocation) => {
    void app
      .get(AuthService)
      .revoke(revocation as never)
      .then(
        () => process.send?.('revoked'),
        () => process.send?.('not told'),
      );
  });
  process.send?.({ port: (app.getHttpServer().address() as AddressInfo).port });
}

main().catch((error) => process.send?.({ error: String(error?.message ?? error) }, () => process.exit(1)));
