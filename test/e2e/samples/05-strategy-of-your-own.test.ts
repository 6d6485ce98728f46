import type { INestApplication } from '@nestjs/common';
import { ACME_KEY, AppModule } from '../../../sample/05-strategy-of-your-own/app.module.js';
import { ADAPTERS, startApp } from '../../support/adapters.js';

describe.each(ADAPTERS)('the sample with a strategy of its own, on %s', (adapter) => {
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    ({ app, url } = await startApp(adapter, AppModule));
  });
  afterAll(() => app.close());

  const ask = (key?: string) => fetch(`${url}/stock`, { headers: key === undefined ? {} : { 'x-partner-key': key } });

  it('admits a partner with its key', async () => {
    const answer = await ask(ACME_KEY);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ left: 3 });
  });

  it.each([
    ['without a key', undefined],
    ['with an unknown key', 'guess'],
    ['with an empty key', ''],
  ])('refuses a caller %s, and says what to send', async (_, key) => {
    const answer = await ask(key);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('PartnerKey realm="api"');
  });
});
