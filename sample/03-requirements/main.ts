import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule);
await app.listen(process.env.PORT ?? 3000, '127.0.0.1');

const url = `${await app.getUrl()}/accounts`;
console.log(`
curl -i ${url}    # 401: no credentials
curl -i ${url} -u alice:wonderland    # 200: one of the scopes is enough
curl -i -X PUT ${url}/alice -u alice:wonderland    # 200: her own account
curl -i -X PUT ${url}/alice -u bob:through-the-looking-glass    # 403: not his account
curl -i -X DELETE ${url}/alice -u bob:through-the-looking-glass    # 200: a manager
`);
