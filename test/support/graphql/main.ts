import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { AuthModule, AuthService } from 'nest-service-auth';
import { driverOf } from './driver-of.js';
import { CountedEnricher, CountedStrategy, Items, Orders, References, SDL, SeenController, Sink, SmallOnly } from './resolvers.js';
import type { GraphqlTrial } from './server.js';

// Jest's module registry cannot load Mercurius, and code that is written first is kept for good: each application is a process.

const trial: GraphqlTrial = JSON.parse(process.argv[2] ?? '{}');
const SHARED = { shared: 'by all requests' };
const CONTEXTS = {
  left: undefined,
  'a function': () => ({ tenant: 'a' }),
  'an object': { tenant: 'a' },
  'one object for all': () => SHARED,
  // Nest's driver for Mercurius writes the request into a context that has none.
  frozen: (given: { req?: object }) => Object.freeze({ tenant: 'a', req: given.req ?? given }),
  'a forged request': () => ({ req: { headers: { 'x-caller': 'mallory' }, rawHeaders: ['x-caller', 'mallory'] } }),
  nothing: () => undefined,
};

function graphql(driver: Type) {
  const context = CONTEXTS[trial.context ?? 'left'];
  const sdl = trial.isFederated ? SDL : SDL.replace('@key(fields: "id")', '');
  return GraphQLModule.forRoot({
    driver,
    path: '/graphql',
    ...(trial.schema === 'schema first'
      ? { typeDefs: sdl, resolvers: { Item: { __resolveType: () => 'Order' } } }
      : { autoSchemaFile: trial.isFederated ? { federation: 2 as const } : true }),
    fieldResolverEnhancers: ['guards'],
    inheritResolversFromInterfaces: true,
    ...(context !== undefined && { context }),
    ...(trial.driver === 'Mercurius'
      ? { subscription: { fullWsTransport: true }, allowBatchedQueries: true, jit: trial.jit ?? 0 }
      : { subscriptions: { 'graphql-ws': true }, allowBatchedHttpRequests: true, csrfPrevention: false }),
  });
}

async function main(): Promise<void> {
  const { driver, adapter } = await driverOf(trial.driver, trial.isFederated === true);
  class AppModule {}
  const auth = AuthModule.forRoot({
    schemes: {
      sts: { jwtValidatorConfig: { issuer: 'https://sts.test', audience: 'orders', signatureConfig: { secret: trial.secret } } },
      counted: { countedConfig: {} },
      users: { fileUserStoreConfig: { path: trial.usersFile, allowPlainText: true } },
      cookies: {
        jwtValidatorConfig: {
          issuer: 'https://sts.test',
          audience: 'orders',
          signatureConfig: { secret: trial.secret },
          tokenFrom: [{ cookie: 'token' }],
        },
      },
      certificates: { mutualSslConfig: {} },
      down: { oauth2IntrospectionConfig: { url: 'http://127.0.0.1:9/introspect' } },
    },
    strategies: [CountedStrategy],
    authorizers: [SmallOnly],
    eventSink: Sink,
    ...(trial.isEnriched && { enricher: CountedEnricher }),
    allowedOrigins: ['https://app.example.com'],
    ...trial.options,
  } as never);
  const providers = [Orders, Items, ...(trial.isFederated ? [References] : [])];
  const root = { module: AppModule, imports: [auth, graphql(driver)], providers, controllers: [SeenController] };
  const lines: string[] = [];
  const write = (line: unknown) => void lines.push(String(line));
  const logger = { log() {}, warn: write, error: write };
  const app = await NestFactory.create(root, adapter, { logger, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const policy = app.get(AuthService).policy();
  process.send?.({ port, policy, lines });
  process.on('message', (message) => {
    if (message === 'lines') process.send?.(lines.splice(0));
    else
      void app
        .get(AuthService)
        .revoke(message as never)
        .then(() => process.send?.('revoked'));
  });
  lines.length = 0;
}

main().catch((error) => {
  process.send?.({ error: String(error?.message ?? error) }, () => process.exit(1));
});
