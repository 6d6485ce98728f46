import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { AuthHealthIndicator } from 'nest-service-auth';
import type { DependentTrial } from './dependent-app.js';
import { dependentModule } from './dependent-module.js';

const trial: DependentTrial = JSON.parse(process.argv[2] ?? '{}');

const log: string[] = [];
const keep = (message: unknown) => void log.push(String(message));
const logger = { log: () => undefined, warn: keep, error: keep };

const SystemDate = Date;

/** Sets the wall clock of this process by so many seconds; the monotonic clock goes on as it was. */
function setClock(seconds: number): void {
  class SetDate extends SystemDate {
    constructor(...given: ConstructorParameters<typeof SystemDate> | []) {
      if (given.length === 0) super(SetDate.now());
      else super(...given);
    }
    static override now = () => SystemDate.now() + seconds * 1000;
  }
  globalThis.Date = SetDate as DateConstructor;
}

/** What the process is asked for by its parent. */
type Order = { readonly report: true } | { readonly clock: number } | { readonly user: number };

async function main(): Promise<void> {
  const app = await NestFactory.create(dependentModule(trial), { logger, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  process.on('message', async (order: Order) => {
    if ('clock' in order) setClock(order.clock);
    // For the file system alone: root may open every file.
    if ('user' in order && process.getuid?.() === 0) process.seteuid?.(order.user);
    const health = 'report' in order ? await app.get(AuthHealthIndicator).check() : undefined;
    const { user, system } = process.cpuUsage();
    process.send?.({ log: 'report' in order ? log.splice(0) : [], health, worked: user + system });
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ port: (app.getHttpServer().address() as AddressInfo).port });
}

main().catch((error) => process.send?.({ error: String(error?.stack ?? error) }, () => process.exit(1)));
