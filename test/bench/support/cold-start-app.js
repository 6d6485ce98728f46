/**
 * A process that starts one application and calls it once. What Nest itself needs is loaded before the clock of the import starts; what that
 * takes differs more from one start to the next than the contenders do.
 *
 * @typedef {{ importMillis: number, answerMillis: number, cpuMillis: number, heap: number, resident: number }} ColdStart
 */
import 'reflect-metadata';
import { get } from 'node:http';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { COLD_STARTERS } from '../contenders/cold-start.js';
import { OrderController } from './order.controller.js';

const MIB = 2 ** 20;
/** @type {import('../contenders/cold-start.js').Order} */
const order = JSON.parse(process.argv[2] ?? '');
const usedBefore = processorMillis();
const started = performance.now();
const { imports = [], providers = [], guard } = await COLD_STARTERS[order.contender](order);
const importMillis = performance.now() - started;

class AppModule {}
Module({ imports: [...imports], providers: [...providers], controllers: [OrderController] })(AppModule);
const app = await NestFactory.create(AppModule, new ExpressAdapter(), { logger: ['error'] });
if (guard !== undefined) app.useGlobalGuards(app.get(guard, { strict: false }));
await app.listen(0, '127.0.0.1');
const status = await call(`${(await app.getUrl()).replace('[::1]', '127.0.0.1')}/orders/1`);
if (status !== 200) throw new Error(`${order.contender} answered ${status}.`);
const answerMillis = performance.now() - started;
const cpuMillis = processorMillis() - usedBefore;
for (let round = 0; round < 4; round++) globalThis.gc?.();
const { heapUsed, rss } = process.memoryUsage();
/** @type {ColdStart} */
const result = { importMillis, answerMillis, cpuMillis, heap: heapUsed / MIB, resident: rss / MIB };
process.send?.(result, () => process.exit(0));

/** What all threads of this process have used. */
function processorMillis() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** @param {string} url @returns {Promise<number | undefined>} */
function call(url) {
  return new Promise((resolve, reject) => {
    get(url, { headers: { authorization: `Bearer ${order.token}` } }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    }).on('error', reject);
  });
}
