import type { INestApplication } from '@nestjs/common';
import { AppModule } from '../../../sample/03-requirements/app.module.js';
import { ADAPTERS, startApp } from '../../support/adapters.js';
import { basic } from '../../support/users-file.js';

const ALICE = basic('alice', 'wonderland');
const BOB = basic('bob', 'through-the-looking-glass');

describe.each(ADAPTERS)('the sample with requirements, on %s', (adapter) => {
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    ({ app, url } = await startApp(adapter, AppModule));
  });
  afterAll(() => app.close());

  const ask = async (method: string, path: string, authorization?: string) => {
    const answer = await fetch(`${url}${path}`, { method, headers: authorization === undefined ? {} : { authorization } });
    return answer.status;
  };

  it('lets a caller with one of the scopes list', async () => {
    expect(await ask('GET', '/accounts', ALICE)).toBe(200);
    expect(await ask('GET', '/accounts')).toBe(401);
  });

  it('lets callers change their own account only', async () => {
    expect(await ask('PUT', '/accounts/alice', ALICE)).toBe(200);
    expect(await ask('PUT', '/accounts/bob', BOB)).toBe(200);
    expect(await ask('PUT', '/accounts/alice', BOB)).toBe(403);
  });

  it('lets a caller delete whose role has the permission', async () => {
    expect(await ask('DELETE', '/accounts/alice', BOB)).toBe(200);
    expect(await ask('DELETE', '/accounts/alice', ALICE)).toBe(403);
    expect(await ask('DELETE', '/accounts/alice')).toBe(401);
  });
});
