import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { AuthModule } from 'nest-service-auth';
import { driverOf } from '../graphql/driver-of.js';
import { RESOLVERS } from './resolvers.js';
import type { Trial, TrialResult } from './trial.js';

// Jest's module registry cannot load Mercurius: the trials of both drivers run in a process of their own.

/** Mercurius registers its endpoint on Fastify itself, which is reported as such. */
const RAW = 'Registered outside Nest';

const SDL = `
  type Query { books: [Book!]! }
  type Book @key(fields: "id") { id: ID!, price: Int, note: String }
`;

async function graphqlModule(driver: Type, { schema, options = {}, isAsync = false }: Trial) {
  const sources = {
    'code first': { autoSchemaFile: { federation: 2 as const } },
    'schema first': { typeDefs: SDL },
    'no federation': { typeDefs: SDL.replace('@key(fields: "id")', '') },
  };
  const all = {
    path: '/graphql',
    ...sources[schema],
    ...(options.guards && { fieldResolverEnhancers: ['guards' as const] }),
    ...functionsOf(options),
    driver,
  };
  return isAsync ? GraphQLModule.forRootAsync({ driver, useFactory: () => Promise.resolve(all) }) : GraphQLModule.forRoot(all);
}

/** Functions cannot be sent to a process. */
function functionsOf({ withFunctions = false }: NonNullable<Trial['options']>) {
  if (!withFunctions) return {};
  return { resolvers: { Query: { books: () => [] }, Book: { note: () => 'n' } } };
}

async function run(name: string, trial: Trial): Promise<TrialResult> {
  const warnings: string[] = [];
  const logger = {
    log() {},
    error() {},
    warn: (line: string, from: string) => void (from === 'AuthModule' && !line.includes(RAW) && warnings.push(line)),
  };
  const { driver, adapter } = await driverOf(name, trial.schema !== 'no federation');
  const auth = AuthModule.forRoot({ schemes: { users: { mutualSslConfig: {} } } });
  class AppModule {}
  const imports = [auth, await graphqlModule(driver, trial)];
  const root = { module: AppModule, imports, providers: [RESOLVERS[trial.resolver]] };
  const app = await NestFactory.create(root, adapter, { logger, abortOnError: false });
  try {
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const body = JSON.stringify({ query: trial.query ?? '{ __typename }' });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers, body });
    return { warnings, problems: [], answer: (await response.json()) as TrialResult['answer'] };
  } catch (error) {
    return { warnings, problems: String(Object(error).message).split('\n'), answer: {} };
  } finally {
    await app.close();
  }
}

async function main([name = '', trials = '[]'] = process.argv.slice(2)): Promise<void> {
  const results: TrialResult[] = [];
  for (const trial of JSON.parse(trials) as Trial[]) results.push(await run(name, trial));
  process.stdout.write(JSON.stringify(results));
}

void main();
