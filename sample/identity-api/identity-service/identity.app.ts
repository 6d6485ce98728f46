import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { secureSocket } from 'nest-service-auth';
import { settingsModule } from '../../support/process/settings.module.js';
import { loadSettings, type Settings } from '../settings.js';
import { IdentityModule } from './identity.module.js';

/** Makes the service. Its listener asks for a certificate and takes callers without one, too: the rules say where it is needed. */
export function createIdentityService(settings: Settings, options: NestApplicationOptions = {}): Promise<INestApplication> {
  const { keys, caFile } = settings.certificates;
  return NestFactory.create(
    { module: IdentityModule, imports: [settingsModule(settings)] },
    {
      ...options,
      httpsOptions: secureSocket({ key: keys['identity-service'], mutualSsl: { verifyClient: 'OPTIONAL', cert: caFile } }),
    },
  );
}

/** Makes it as the environment says: `nest-service-auth policy` looks for this name. */
export async function createApp(env?: NodeJS.ProcessEnv): Promise<INestApplication> {
  return createIdentityService(await loadSettings(env));
}
