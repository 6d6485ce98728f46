import type { INestApplication } from '@nestjs/common';
import { AppModule } from '../../../sample/04-rules-by-path/app.module.js';
import { ADAPTERS, startApp } from '../../support/adapters.js';
import { basic } from '../../support/users-file.js';

const ADMIN = basic('alice', 'wonderland');
const CLERK = basic('bob', 'through-the-looking-glass');

describe.each(ADAPTERS)('the sample with rules by path, on %s', (adapter) => {
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    ({ app, url } = await startApp(adapter, AppModule));
  });
  afterAll(() => app.close());

  const ask = (method: string, path: string, authorization?: string) =>
    fetch(`${url}${path}`, { method, headers: authorization === undefined ? {} : { authorization } });

  it('opens what a rule opens', async () => {
    expect((await ask('GET', '/users')).status).toBe(200);
  });

  it('lets a caller delete whose role has a permission above the one of the rule', async () => {
    expect((await ask('DELETE', '/users/carol', ADMIN)).status).toBe(200);
    expect((await ask('DELETE', '/users/carol', CLERK)).status).toBe(403);
  });

  it('refuses a caller without credentials, and says what to send', async () => {
    const answer = await ask('DELETE', '/users/carol');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="api", charset="UTF-8"');
  });

  it('refuses everybody where no rule covers the route', async () => {
    expect((await ask('GET', '/users/carol/notes', ADMIN)).status).toBe(403);
    expect((await ask('GET', '/users/carol/notes')).status).toBe(401);
  });
});
