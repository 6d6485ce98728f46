import type { INestApplication } from '@nestjs/common';
import { shopModule } from '../../../sample/06-calling-others/shop.module.js';
import { StockModule } from '../../../sample/06-calling-others/stock.module.js';
import { ADAPTERS, startApp } from '../../support/adapters.js';

describe.each(ADAPTERS)('the sample that calls others, on %s', (adapter) => {
  let stock: { app: INestApplication; url: string };
  let shop: { app: INestApplication; url: string };
  beforeAll(async () => {
    stock = await startApp(adapter, StockModule);
    shop = await startApp(adapter, shopModule(stock.url));
  });
  afterAll(() => Promise.all([stock, shop].map(({ app }) => app.close())));

  it('calls the other service with a token of its own', async () => {
    const answer = await fetch(`${shop.url}/offers`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 200, stock: { left: 3, askedBy: 'shop' } });
  });

  it('keeps out whoever calls the other service without a token', async () => {
    const answer = await fetch(`${stock.url}/stock`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="api"');
  });
});
