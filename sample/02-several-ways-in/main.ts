import { NestFactory } from '@nestjs/core';
import { SignJWT } from 'jose';
import { AppModule, SECRET } from './app.module.js';

const app = await NestFactory.create(AppModule);
await app.listen(process.env.PORT ?? 3000, '127.0.0.1');

const token = await new SignJWT({ sub: 'billing', iss: 'https://issuer.example', aud: 'reports' })
  .setProtectedHeader({ alg: 'HS256' })
  .setExpirationTime('1h')
  .sign(new TextEncoder().encode(SECRET));

const url = await app.getUrl();
console.log(`
curl -i ${url}/reports    # 401: a challenge for each way in
curl -i ${url}/reports -H "Authorization: Bearer ${token}"    # 200: the token of billing
curl -i ${url}/reports -u alice:wonderland    # 200: the password of alice
curl -i ${url}/reports -u alice:guess    # 401: the password is wrong
curl -i ${url}/reports/audit -H "Authorization: Bearer ${token}"    # 401: the route takes passwords only
curl -i ${url}/reports/audit -u alice:wonderland    # 200
`);
