import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { Test } from '@nestjs/testing';
import { AuthModule, AuthService, secureSocket } from 'nest-service-auth';
import { as, overrideAuth } from 'nest-service-auth/testing';
import { driverOf } from './driver-of.js';
import { CountedEnricher, CountedStrategy, Items, Orders, References, SDL, SeenController, Sink, SmallOnly } from './resolvers.js';
import type { GraphqlMessage, GraphqlTrial } from './server.js';

// Jest's module registry cannot load Mercurius, and code that is written first is kept for good: each application whose schema is made of code is
// a process. Those whose schema is written first may share one.

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

function graphql(driver: Type, trial: GraphqlTrial) {
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

function tlsOf({ certFile, keyFile, ca }: NonNullable<GraphqlTrial['tls']>) {
  return secureSocket({ key: { certFile, keyFile }, mutualSsl: { verifyClient: 'OPTIONAL', cert: ca } });
}

/** Starts one. What was logged since the last time is in `lines`. */
async function started(trial: GraphqlTrial) {
  const { driver, adapter } = await driverOf(trial.driver, trial.isFederated === true, trial.tls && tlsOf(trial.tls));
  class AppModule {}
  const module = AuthModule.forRoot({
    schemes: {
      sts: {
        jwtValidatorConfig: {
          issuer: 'https://sts.test',
          audience: 'orders',
          signatureConfig: { secret: trial.secret },
          ...(trial.dpop && { dpop: trial.dpop }),
        },
      },
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
  const root = { module: AppModule, imports: [module, graphql(driver, trial)], providers, controllers: [SeenController] };
  const lines: string[] = [];
  const write = (line: unknown) => void lines.push(String(line));
  const logger = { log() {}, warn: write, error: write };
  const options = { logger, abortOnError: false, ...(trial.tls && trial.driver === 'Apollo' && { httpsOptions: tlsOf(trial.tls) }) };
  const app = trial.isOverridden
    ? (await overrideAuth(Test.createTestingModule({ imports: [root] })).compile()).createNestApplication(adapter, options)
    : await NestFactory.create(root, adapter, options);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { port, lines, auth: app.get(AuthService) };
}

async function main(trials: readonly GraphqlTrial[]): Promise<void> {
  const apps: Awaited<ReturnType<typeof started>>[] = [];
  for (const trial of trials) apps.push(await started(trial));
  process.on('message', ({ app: index, revocation, caller }: GraphqlMessage) => {
    const app = apps[index];
    if (caller !== undefined) return void process.send?.(as(caller));
    if (revocation === undefined) process.send?.(app?.lines.splice(0));
    else void app?.auth.revoke(revocation).then(() => process.send?.('revoked'));
  });
  process.send?.(apps.map(({ port, lines, auth }) => ({ port, policy: auth.policy(), lines: lines.splice(0) })));
}

main(JSON.parse(process.argv[2] ?? '[]')).catch((error) => {
  process.send?.({ error: String(error?.message ?? error) }, () => process.exit(1));
});
