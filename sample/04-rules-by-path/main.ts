import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule);
await app.listen(process.env.PORT ?? 3000, '127.0.0.1');

const url = `${await app.getUrl()}/users`;
console.log(`
curl -i ${url}    # 200: a rule opens it
curl -i -X DELETE ${url}/carol    # 401: no credentials
curl -i -X DELETE ${url}/carol -u bob:through-the-looking-glass    # 403: a clerk may only list
curl -i -X DELETE ${url}/carol -u alice:wonderland    # 200: an admin
curl -i ${url}/carol/notes -u alice:wonderland    # 403: no rule covers it
`);
