import 'reflect-metadata';
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import { Test } from '@nestjs/testing';
import { as, overrideAuth } from 'nest-service-auth/testing';
import { AppModule } from './app.module.js';

/** What a user of node:test writes. */
void test('the orders are for callers with the scope', async (t) => {
  const moduleRef = await overrideAuth(Test.createTestingModule({ imports: [AppModule] })).compile();
  const app = moduleRef.createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
  t.after(() => app.close());
  const { port } = app.getHttpServer().address() as AddressInfo;
  const get = async (headers: Record<string, string> = {}) => (await fetch(`http://127.0.0.1:${port}/orders`, { headers })).status;

  assert.equal(await get(), 401);
  assert.equal(await get(as({ username: 'carol' })), 403);
  assert.equal(await get(as({ username: 'carol', scopes: ['read'] })), 200);
});
