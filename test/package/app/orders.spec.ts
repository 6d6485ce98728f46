import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { as, overrideAuth, policyOf, startTestIssuer, type TestCaller, type TestIssuer } from 'nest-service-auth/testing';
import { AppModule } from './app.module.js';

/** What a user of Jest or Vitest writes: the same text runs in each. */
describe('the orders', () => {
  let app: INestApplication;
  let issuer: TestIssuer;
  beforeAll(async () => {
    issuer = await startTestIssuer({ audience: 'orders' });
    const moduleRef = await overrideAuth(Test.createTestingModule({ imports: [AppModule] }), { issuer }).compile();
    app = moduleRef.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
  }, 60_000);
  afterAll(async () => {
    await app?.close();
    await issuer?.close();
  });

  const get = async (path: string, headers: Record<string, string> = {}) => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    return (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status;
  };
  const getAs = (path: string, caller: TestCaller) => get(path, as(caller));

  test('are for callers with the scope', async () => {
    expect(await get('/orders')).toBe(401);
    expect(await getAs('/orders', { username: 'carol' })).toBe(403);
    expect(await getAs('/orders', { username: 'carol', scopes: ['read'] })).toBe(200);
  });

  test('are for tokens of the issuer', async () => {
    expect(await get('/orders', await issuer.bearer({ scope: 'read' }))).toBe(200);
    expect(await get('/orders', await issuer.bearer({ scope: 'read', aud: 'reports' }))).toBe(401);
  });

  test('have a caller of another strategy beside them', async () => {
    expect(await getAs('/doors/vault', { username: 'alice', method: 'badge', scopes: ['vault'] })).toBe(200);
    expect(policyOf(app).map(({ path }) => path)).toContain('/doors/vault');
  });
});
