import type { INestApplication } from '@nestjs/common';
import { AppModule, SECRET } from '../../../sample/02-several-ways-in/app.module.js';
import { ADAPTERS, startApp } from '../../support/adapters.js';
import { createSecret, goodClaims, mint } from '../../support/tokens.js';
import { basic } from '../../support/users-file.js';

const CHALLENGES = { token: 'Bearer realm="api"', password: 'Basic realm="api", charset="UTF-8"' };
const ALICE = basic('alice', 'wonderland');

describe.each(ADAPTERS)('the sample with several ways in, on %s', (adapter) => {
  let app: INestApplication;
  let url: string;
  let token: string;
  beforeAll(async () => {
    ({ app, url } = await startApp(adapter, AppModule));
    const claims = goodClaims({ iss: 'https://issuer.example', aud: 'reports', sub: 'billing' });
    token = `Bearer ${await mint(createSecret('HS256', SECRET), claims)}`;
  });
  afterAll(() => app.close());

  const get = (path: string, authorization?: string) =>
    fetch(`${url}${path}`, { headers: authorization === undefined ? {} : { authorization } });

  it('admits a token, and a password', async () => {
    const answers = await Promise.all([token, ALICE].map((credentials) => get('/reports', credentials)));
    expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([
      { username: 'billing', method: 'jwt' },
      { username: 'alice', method: 'basic' },
    ]);
  });

  it('refuses a caller without either, and names both', async () => {
    const answer = await get('/reports');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe(`${CHALLENGES.token}, ${CHALLENGES.password}`);
  });

  it('refuses a wrong password', async () => {
    expect((await get('/reports', basic('alice', 'guess'))).status).toBe(401);
  });

  it('takes only a password where the route has a list of its own', async () => {
    const refused = await get('/reports/audit', token);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe(CHALLENGES.password);
    expect((await get('/reports/audit', ALICE)).status).toBe(200);
  });
});
