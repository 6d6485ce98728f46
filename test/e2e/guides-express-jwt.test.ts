import * as common from '@nestjs/common';
import * as module from 'nest-service-auth';
import { startTestIssuer, type TestIssuer } from 'nest-service-auth/testing';
import request from 'supertest';
import { ADAPTERS, type RunningApp, startApp } from '../support/adapters.js';
import { run } from '../support/guide.js';
import { GUIDES } from '../support/guides.js';

describe.each(ADAPTERS)('the application after the move, %s', (adapter) => {
  let issuer: TestIssuer;
  let running: RunningApp;
  beforeAll(async () => {
    issuer = await startTestIssuer({ audience: 'reports' });
    process.env.ISSUER = issuer.url;
    const files = run(GUIDES['express-jwt'], { '@nestjs/common': common, 'nest-service-auth': module });
    running = await startApp(adapter, files['app.module.ts']?.AppModule as object);
  });
  afterAll(async () => {
    delete process.env.ISSUER;
    await running.app.close();
    await issuer.close();
  });
  const get = (path: string, headers: Record<string, string> = {}) => request(running.url).get(path).set(headers);
  const statusOf = async (path: string, claims: Record<string, unknown>) => (await get(path, { ...(await issuer.bearer(claims)) })).status;

  it('demands all scopes', async () => {
    const all = await get('/reports', { ...(await issuer.bearer({ scope: 'read:reports export:reports' })) });
    expect([all.status, all.body]).toEqual([200, { subject: 'alice' }]);
    expect(await statusOf('/reports', { scope: 'read:reports' })).toBe(403);
    await get('/reports').expect(401);
  });

  it('refuses tokens of others and without an end', async () => {
    expect(await statusOf('/reports/summary', { iss: 'https://id.other' })).toBe(401);
    expect(await statusOf('/reports/summary', { aud: 'shop' })).toBe(401);
    expect(await statusOf('/reports/summary', { exp: undefined })).toBe(401);
  });

  it('answers an optional route without a token, and refuses a bad one', async () => {
    expect((await get('/reports/summary')).body).toEqual({ for: 'everybody' });
    expect((await get('/reports/summary', { ...(await issuer.bearer()) })).body).toEqual({ for: 'alice' });
    await get('/reports/summary', { authorization: 'Bearer nonsense' }).expect(401);
  });

  it('compares a claim, and asks the own check', async () => {
    expect(await statusOf('/reports/eu', { region: 'eu' })).toBe(200);
    expect(await statusOf('/reports/eu', { region: 'us' })).toBe(403);
    expect(await statusOf('/reports/of/acme', { tenant: 'acme' })).toBe(200);
    expect(await statusOf('/reports/of/acme', { tenant: 'other' })).toBe(403);
    expect(await statusOf('/reports/of/acme', {})).toBe(403);
  });

  it('opens a controller, and protects a handler of it', async () => {
    await get('/health').expect(200);
    await get('/health/details').expect(401);
    expect(await statusOf('/health/details', {})).toBe(200);
  });

  it('asks about revocation each time, also for a cached token', async () => {
    expect(await statusOf('/health/details', { sid: 'ended' })).toBe(401);
    const headers = { ...(await issuer.bearer({ sid: 'unreachable' })) };
    await get('/health/details', headers).expect(503);
    await get('/health/details', headers).expect(503);
  });

  it('reads the other header field, and refuses two tokens', async () => {
    const token = await issuer.token();
    await get('/health/details', { 'x-access-token': token }).expect(200);
    await get('/health/details', { 'x-access-token': token, ...(await issuer.bearer({ sid: 'another' })) }).expect(400);
    await get(`/health/details?token=${token}`).expect(401);
  });
});
