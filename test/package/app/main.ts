import 'reflect-metadata';
import { deepStrictEqual, ok, rejects } from 'node:assert/strict';
import { NestFactory } from '@nestjs/core';
import { AuthConfigurationError } from 'nest-service-auth';
import { AppModule, ForgetfulModule } from './app.module.js';

const SILENT = { logger: false, abortOnError: false } as const;

/** Starts the application, calls it over HTTP, and ends with an error if an answer is not the expected one. */
async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, SILENT);
  await app.listen(0, '127.0.0.1');
  try {
    await checkAnswers(await app.getUrl());
  } finally {
    await app.close();
  }
  await rejects(
    async () => (await NestFactory.create(ForgetfulModule, SILENT)).init(),
    (error) => error instanceof AuthConfigurationError && /ForgottenController\.find/.test(error.message),
  );
}

async function checkAnswers(url: string): Promise<void> {
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
