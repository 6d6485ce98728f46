import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { secureSocket } from 'nest-service-auth';
import { settingsModule } from '../../support/process/settings.module.js';
import { loadSettings, type Settings } from '../settings.js';
import { IdentityModule } from './identity.module.js';

/** Makes the service. Its listener requests a certificate, and also accepts callers without one: the rules say where one is required. */
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

/** Makes it with the settings of the environment. `nest-service-auth policy` calls this function by its name. */
export async function createApp(env?: NodeJS.ProcessEnv): Promise<INestApplication> {
  return createIdentityService(await loadSettings(env));
}
