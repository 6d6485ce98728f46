import { NestFactory } from '@nestjs/core';
import { shopModule } from './shop.module.js';
import { StockModule } from './stock.module.js';

const stock = await NestFactory.create(StockModule);
await stock.listen(process.env.STOCK_PORT ?? 3001, '127.0.0.1');
const shop = await NestFactory.create(shopModule(await stock.getUrl()));
await shop.listen(process.env.PORT ?? 3000, '127.0.0.1');

console.log(`
curl -i ${await stock.getUrl()}/stock    # 401: no token
curl -i ${await shop.getUrl()}/offers    # 200: the shop calls the stock with a token of its own
`);
