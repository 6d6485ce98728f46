import * as common from '@nestjs/common';
import * as module from 'nest-service-auth';
import { startTestIssuer, type TestIssuer } from 'nest-service-auth/testing';
import request from 'supertest';
import { ADAPTERS, type RunningApp, startApp } from '../support/adapters.js';
import { run } from '../support/guide.js';
import { GUIDES } from '../support/guides.js';

/** The claims of an access token as Keycloak makes it. */
function claims(realmRoles: string[], clientRoles: string[], more = {}) {
  return {
    typ: 'Bearer',
    azp: 'web-shop',
    sub: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    preferred_username: 'alice',
    email: 'alice@shop.example',
    scope: 'openid profile email',
    realm_access: { roles: ['offline_access', ...realmRoles] },
    resource_access: { orders: { roles: clientRoles }, account: { roles: ['admin', 'clerk'] } },
    ...more,
  };
}

/** What Keycloak writes into a requesting party token. */
const granted = (scopes?: string[]) => ({ authorization: { permissions: [{ rsid: '1', rsname: 'Order', ...(scopes && { scopes }) }] } });

describe.each(ADAPTERS)('the application after the move, %s', (adapter) => {
  let issuer: TestIssuer;
  let running: RunningApp;
  let introspecting: RunningApp;
  beforeAll(async () => {
    issuer = await startTestIssuer({ audience: 'orders' });
    Object.assign(process.env, { KEYCLOAK_REALM_URL: issuer.url, KEYCLOAK_SECRET: 'a secret of this test' });
    const files = run(GUIDES['keycloak-connect'], { '@nestjs/common': common, 'nest-service-auth': module });
    running = await startApp(adapter, files['app.module.ts']?.AppModule as object);
    introspecting = await startApp(adapter, files['introspection.module.ts']?.IntrospectionModule as object);
  });
  afterAll(async () => {
    delete process.env.KEYCLOAK_REALM_URL;
    delete process.env.KEYCLOAK_SECRET;
    await running.app.close();
    await introspecting.app.close();
    await issuer.close();
  });
  const ask = async (method: 'get' | 'post' | 'delete', path: string, token: Record<string, unknown>) =>
    request(running.url)
      [method](path)
      .set({ ...(await issuer.bearer(token)) });

  it('opens what is public, and nothing else', async () => {
    await request(running.url).get('/orders/prices').expect(200, ['9.90']);
    await request(running.url).get('/orders').expect(401);
    expect((await ask('get', '/orders', claims([], [], { aud: 'account', ...granted(['View']) }))).status).toBe(401);
  });

  it('takes permissions from a requesting party token', async () => {
    const { status, body } = await ask('get', '/orders', claims([], [], granted(['View', 'Create'])));
    expect([status, body]).toEqual([200, { name: 'alice', email: 'alice@shop.example' }]);
    expect((await ask('get', '/orders', claims([], [], granted(['Create'])))).status).toBe(403);
    expect((await ask('get', '/orders', claims([], [], granted()))).status).toBe(403);
    expect((await ask('get', '/orders', claims(['admin'], ['clerk']))).status).toBe(403);
  });

  it('demands any role, of the client or of the realm', async () => {
    expect((await ask('post', '/orders', claims([], ['clerk']))).status).toBe(201);
    expect((await ask('post', '/orders', claims(['admin'], []))).status).toBe(201);
    expect((await ask('post', '/orders', claims(['clerk'], ['admin']))).status).toBe(403);
  });

  it('demands every role, and does not take a role of the client for one of the realm', async () => {
    expect((await ask('delete', '/orders/1', claims(['admin'], ['clerk']))).status).toBe(200);
    expect((await ask('delete', '/orders/1', claims([], ['clerk', 'realm:admin']))).status).toBe(403);
  });

  it('refuses nobody for claims of another shape, and gives them nothing', async () => {
    for (const strange of [
      { realm_access: 'admin' },
      { resource_access: null },
      { authorization: [] },
      { realm_access: { roles: 'admin' } },
    ])
      expect((await ask('delete', '/orders/1', claims([], [], strange))).status).toBe(403);
  });

  it('asks Keycloak where introspection is configured', async () => {
    const post = (token: string) => request(introspecting.url).post('/orders').set('authorization', `Bearer ${token}`);
    await post(await issuer.opaque(claims([], ['clerk']))).expect(201);
    await post(await issuer.opaque(claims([], []))).expect(403);
    await post('unknown-token').expect(401);
    issuer.fail(500);
    await post('another-unknown-token').expect(503);
    issuer.recover();
  });
});
