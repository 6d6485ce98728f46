import { NestFactory } from '@nestjs/core';
import { ACME_KEY, AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule);
await app.listen(process.env.PORT ?? 3000, '127.0.0.1');

const url = await app.getUrl();
console.log(`
curl -i ${url}/stock    # 401: no key
curl -i ${url}/stock -H "X-Partner-Key: guess"    # 401: the key is unknown
curl -i ${url}/stock -H "X-Partner-Key: ${ACME_KEY}"    # 200: the key of acme
`);
