import { createHmac } from 'node:crypto';
import { Controller, Get } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { AuthGuard, AuthModule, ServiceAuth } from 'nest-service-auth';
import { createApp } from '../../support/adapters.js';
import { createSecret } from '../../support/tokens.js';

const MILLION = 1_000_000;
const MEBIBYTE = 2 ** 20;
/** How much more the heap may hold after a million tokens: what two caches of 1000 entries need, and the noise of a run. */
const GROWTH = 24 * MEBIBYTE;

@ServiceAuth({ auth: ['sts'] })
@Controller('things')
class ThingsController {
  @Get()
  list() {
    return 'things';
  }
}

const { secret } = createSecret('HS256');
const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');

/** Every tenth is signed with another secret. */
function tokenOf(number: number): { readonly token: string; readonly isGood: boolean } {
  const isGood = number % 10 !== 0;
  const claims = Buffer.from(`{"sub":"user-${number}","jti":"${number}","exp":4000000000}`).toString('base64url');
  const signature = createHmac('sha256', isGood ? secret : `not ${secret}`)
    .update(`${HEADER}.${claims}`)
    .digest('base64url');
  return { token: `${HEADER}.${claims}.${signature}`, isGood };
}

const response = { setHeader: () => response, header: () => response, set: () => response, getHeader: () => undefined };

function contextOf(token: string): ExecutionContextHost {
  const authorization = `Bearer ${token}`;
  const request = { method: 'GET', url: '/things', headers: { authorization }, rawHeaders: ['Authorization', authorization], socket: {} };
  return new ExecutionContextHost([request, response, () => undefined], ThingsController, ThingsController.prototype.list);
}

function heapAfterCollection(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

it('a million different tokens are each decided rightly, and what is remembered stays bounded', async () => {
  const auth = AuthModule.forRoot({ schemes: { sts: { jwtValidatorConfig: { signatureConfig: { secret }, cacheConfig: {} } } } });
  class AppModule {}
  const app = await createApp('express', { module: AppModule, imports: [auth], controllers: [ThingsController] });
  await app.init();
  const guard = app.get(AuthGuard, { strict: false });
  const wrong: number[] = [];
  const decide = async (number: number) => {
    const { token, isGood } = tokenOf(number);
    const isAdmitted = await Promise.resolve()
      .then(() => guard.canActivate(contextOf(token)))
      .catch(() => false);
    if (isAdmitted !== isGood) wrong.push(number);
  };
  for (let number = 0; number < 20_000; number++) await decide(number);
  const before = heapAfterCollection();
  const begun = performance.now();
  for (let number = 20_000; number < 20_000 + MILLION; number++) await decide(number);
  const took = performance.now() - begun;
  const growth = heapAfterCollection() - before;
  console.log(`${Math.round((took * 1000) / MILLION)} µs each, minting included; the heap grew by ${(growth / MEBIBYTE).toFixed(1)} MiB`);
  expect(wrong).toEqual([]);
  if (globalThis.gc !== undefined) expect(growth).toBeLessThan(GROWTH);
  await app.close();
}, 1_200_000);
