import 'reflect-metadata';
import { once } from 'node:events';
import { get } from 'node:https';
import { NestFactory } from '@nestjs/core';
import { AuthModule, AuthService } from 'nest-service-auth';
import type { NoVerificationTrial } from './trial.js';

/** Connects to servers whose certificates it does not know, and tells what came of each. */
const { server, schemes }: NoVerificationTrial = JSON.parse(String(process.argv[2]));

const log: string[] = [];
const keep = (message: unknown) => void log.push(String(message));

async function main(): Promise<void> {
  const [response] = await once(get(server, { agent: false }), 'response');
  response.resume();
  const logger = { log: () => undefined, warn: keep, error: keep };
  const app = await NestFactory.createApplicationContext(AuthModule.forRoot({ schemes }), { logger, abortOnError: false });
  const outcomes: Record<string, string> = {};
  for (const name of Object.keys(schemes)) {
    const credentials = 'oauth2IntrospectionConfig' in (schemes[name] ?? {}) ? 'Bearer a-token' : 'Basic YWxpY2U6YWxpY2U=';
    log.length = 0;
    const asked = app.get(AuthService).authenticate(credentials, [name]);
    outcomes[name] = await asked.then(
      () => 'admitted',
      () => log.join('\n'),
    );
  }
  process.send?.({ node: response.statusCode, outcomes });
  process.disconnect();
}

main().catch((error) => process.send?.({ error: String(error?.stack ?? error) }, () => process.exit(1)));
