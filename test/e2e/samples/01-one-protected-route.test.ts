import type { INestApplication } from '@nestjs/common';
import { AppModule, SECRET } from '../../../sample/01-one-protected-route/app.module.js';
import { ADAPTERS, startApp } from '../../support/adapters.js';
import { createSecret, goodClaims, mint } from '../../support/tokens.js';

const issuer = createSecret('HS256', SECRET);
const claims = goodClaims({ iss: 'https://issuer.example', aud: 'orders', sub: 'alice' });

describe.each(ADAPTERS)('the sample with one protected route, on %s', (adapter) => {
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    ({ app, url } = await startApp(adapter, AppModule));
  });
  afterAll(() => app.close());

  const get = (path: string, token?: string) =>
    fetch(`${url}${path}`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });

  it('admits a caller with a token, and tells the handler who it is', async () => {
    const answer = await get('/orders', await mint(issuer, claims));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ orders: ['1', '2'], listedFor: 'alice' });
  });

  it('refuses a caller without a token, and says what to send', async () => {
    const answer = await get('/orders');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="api"');
  });

  it.each([
    ['of another issuer', createSecret('HS256'), claims],
    ['for another service', issuer, { ...claims, aud: 'reports' }],
    ['that has expired', issuer, { ...claims, exp: 1 }],
  ])('refuses a token %s', async (_, key, payload) => {
    const answer = await get('/orders', await mint(key, payload));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('leaves the open route open', async () => {
    expect((await get('/orders/1')).status).toBe(200);
  });
});
