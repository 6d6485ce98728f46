import { Controller, Get } from '@nestjs/common';
import { noGuard } from '../contenders/none.js';
import { protectWith } from '../contenders/ours.js';
import { createApp } from '../support/app.js';

const ROUTES = 1000;
const PER_CONTROLLER = 20;

/**
 * The processor time that an application with 1,000 routes takes to start: each one's quietest start counts, because other work on the
 * machine lengthens the time on the clock.
 *
 * @param {{ quick: boolean }} options
 */
export async function run({ quick }) {
  const schemes = { sts: { jwtValidatorConfig: { signatureConfig: { secret: 'x'.repeat(64) } } } };
  const ours = () => protectWith({ schemes, defaultAuth: [{ scheme: 'sts', scopes: ['read'] }] });
  const samples = { [noGuard.name]: [], 'nest-service-auth': [] };
  await boot(noGuard.protect());
  await boot(ours());
  for (let round = 0; round < (quick ? 1 : 15); round++) {
    samples[noGuard.name].push(await boot(noGuard.protect()));
    samples['nest-service-auth'].push(await boot(ours()));
  }
  const base = Math.min(...samples[noGuard.name]);
  return Object.entries(samples).map(([contender, times]) => {
    const value = Math.min(...times);
    return { group: 'boot', situation: `${ROUTES.toLocaleString('en')} routes`, contender, value, unit: 'ms', ratio: value / base };
  });
}

async function boot(protection) {
  const controllers = Array.from({ length: ROUTES / PER_CONTROLLER }, (_, index) => makeController(index));
  const before = process.cpuUsage();
  const app = await createApp(protection, 'fastify', {}, controllers);
  await app.init();
  // Without anything that waits, Fastify has not loaded its routes yet when init() returns.
  await app.getHttpAdapter().getInstance().ready();
  const { user, system } = process.cpuUsage(before);
  await app.close();
  return (user + system) / 1000;
}

function makeController(index) {
  class GeneratedController {}
  for (let route = 0; route < PER_CONTROLLER; route++) {
    const name = `handle${route}`;
    const descriptor = { value: () => 'ok', writable: true, configurable: true };
    Object.defineProperty(GeneratedController.prototype, name, descriptor);
    Get(`route-${route}/:id`)(GeneratedController.prototype, name, descriptor);
  }
  Controller(`area-${index}`)(GeneratedController);
  return GeneratedController;
}
