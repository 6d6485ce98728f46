import { NestFactory } from '@nestjs/core';
import { SignJWT } from 'jose';
import { AppModule, SECRET } from './app.module.js';

const app = await NestFactory.create(AppModule);
await app.listen(process.env.PORT ?? 3000, '127.0.0.1');

// In production an identity provider issues the tokens.
const token = await new SignJWT({ sub: 'alice', iss: 'https://issuer.example', aud: 'orders' })
  .setProtectedHeader({ alg: 'HS256' })
  .setExpirationTime('1h')
  .sign(new TextEncoder().encode(SECRET));

const url = await app.getUrl();
console.log(`
curl -i ${url}/orders/1    # 200: the route is open
curl -i ${url}/orders    # 401: no token
curl -i ${url}/orders -H "Authorization: Bearer ${token.slice(0, -3)}"    # 401: the signature is wrong
curl -i ${url}/orders -H "Authorization: Bearer ${token}"    # 200: alice
`);
