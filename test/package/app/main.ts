import 'reflect-metadata';
import { deepStrictEqual, ok, rejects } from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { AuthConfigurationError } from 'nest-service-auth';
import { type IoredisClient, redisState } from 'nest-service-auth/redis';
import { AppModule, ForgetfulModule, SECRET } from './app.module.js';

const SILENT = { logger: false, abortOnError: false } as const;

/** Starts the application, calls it over HTTP, and ends with an error if an answer is not the expected one. */
async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, SILENT);
  await app.listen(0, '127.0.0.1');
  try {
    const url = await app.getUrl();
    await checkBadges(url);
    await checkTokens(url);
  } finally {
    await app.close();
  }
  await checkRedis();
  await rejects(
    async () => (await NestFactory.create(ForgetfulModule, SILENT)).init(),
    (error) => error instanceof AuthConfigurationError && /ForgottenController\.find/.test(error.message),
  );
}

/** The entry for Redis needs no package but the application's own client. */
async function checkRedis(): Promise<void> {
  const kept = new Map<string, string>();
  const client: IoredisClient = {
    get: async (key) => kept.get(key) ?? null,
    set: async (key: string, value: string) => kept.set(key, value),
    eval: async () => 1,
    defineCommand: () => undefined,
  };
  const state = redisState(client, { prefix: 'orders:', secret: SECRET.padEnd(32, '.') });
  await state.set('of whom', 'what', 60);
  deepStrictEqual([await state.get('of whom'), await state.increment('count', 60)], ['what', 1]);
  ok(![...kept].flat().some((text) => /whom|what/.test(text)));
}

/** @see RFC 7515 §3.1: written out here, so that the application needs nothing but the package. */
function mint(claims: object): string {
  const parts = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = createHmac('sha256', SECRET).update(parts.join('.')).digest('base64url');
  return [...parts, signature].join('.');
}

async function checkTokens(url: string): Promise<void> {
  const get = (token: string) => fetch(`${url}/orders`, { headers: { authorization: `Bearer ${token}` } });
  const claims = { iss: 'sts', aud: 'orders', sub: 'carol', exp: Math.floor(Date.now() / 1000) + 60 };

  const admitted = await get(mint({ ...claims, scope: 'read write' }));
  deepStrictEqual([admitted.status, await admitted.json()], [200, { username: 'carol' }]);

  const forbidden = await get(mint({ ...claims, scope: 'write' }));
  deepStrictEqual([forbidden.status, forbidden.headers.get('www-authenticate')?.includes('insufficient_scope')], [403, true]);

  const expired = await get(mint({ ...claims, scope: 'read', exp: 1 }));
  deepStrictEqual([expired.status, expired.headers.get('www-authenticate')?.includes('invalid_token')], [401, true]);
}

async function checkBadges(url: string): Promise<void> {
  const get = (path: string, badge?: string) => fetch(`${url}/doors${path}`, { headers: badge === undefined ? {} : { 'x-badge': badge } });

  const refused = await get('');
  deepStrictEqual(await refused.json(), { message: 'Unauthorized', statusCode: 401 });
  deepStrictEqual([refused.status, refused.headers.get('www-authenticate')], [401, 'Badge realm="api"']);

  const admitted = await get('', 'bob');
  deepStrictEqual([admitted.status, await admitted.json()], [200, { username: 'bob' }]);

  const statuses = await Promise.all([get('', 'mallory'), get('/vault', 'bob'), get('/vault', 'alice'), get('/lobby')]);
  deepStrictEqual(
    statuses.map(({ status }) => status),
    [401, 403, 200, 200],
  );
  ok(statuses.every(({ ok: good, headers }) => good || headers.has('content-type')));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
