import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { DependentTrial } from './dependent-app.js';
import { dependentModule } from './dependent-module.js';

/** What this program is given. */
export interface ManyAppsTrial extends DependentTrial {
  readonly count: number;
  /** The `Authorization` field that each scheme is asked with. */
  readonly authorizations: Readonly<Record<string, string>>;
}

/** What it found when so many applications were made and closed. */
export interface Footprint {
  readonly applications: number;
  /** Bytes, after a collection of garbage. */
  readonly heap: number;
  /** What keeps the process alive, by kind. */
  readonly resources: readonly string[];
  readonly statuses: readonly number[];
}

const { count, authorizations, ...trial }: ManyAppsTrial = JSON.parse(process.argv[2] ?? '{}');

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

async function run(index: number): Promise<number[]> {
  const adapter = index % 2 === 0 ? new ExpressAdapter() : new FastifyAdapter();
  const app = await NestFactory.create(dependentModule(trial), adapter, { logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  const statuses: number[] = [];
  for (const [path, authorization] of Object.entries(authorizations)) {
    const answer = await fetch(`${url}/${path}`, { headers: { authorization, connection: 'close' } });
    await answer.arrayBuffer();
    statuses.push(answer.status);
  }
  await app.close();
  return statuses;
}

async function footprint(applications: number, statuses: readonly number[]): Promise<Footprint> {
  // What was closed has ended by then.
  await sleep(1500);
  collect();
  await sleep(100);
  collect();
  return { applications, heap: process.memoryUsage().heapUsed, resources: process.getActiveResourcesInfo(), statuses };
}

async function main(): Promise<void> {
  const found: Footprint[] = [];
  const statuses = new Set<number>();
  for (let index = 1; index <= count; index++) {
    for (const status of await run(index)) statuses.add(status);
    if (index % (count / 4) === 0) found.push(await footprint(index, [...statuses]));
  }
  process.send?.({ found });
}

main().catch((error) => process.send?.({ error: String(error?.stack ?? error) }, () => process.exit(1)));
