import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { secureSocket } from 'nest-service-auth';
import { settingsModule } from '../../support/process/settings.module.js';
import { loadSettings, type Settings } from '../settings.js';
import { PartnerModule } from './partner.module.js';

/** Makes the service for partners: without a certificate of the demo's CA there is not even a connection. */
export function createPartnerService(settings: Settings, options: NestApplicationOptions = {}): Promise<INestApplication> {
  const { keys, caFile } = settings.certificates;
  return NestFactory.create(
    { module: PartnerModule, imports: [settingsModule(settings)] },
    {
      ...options,
      httpsOptions: secureSocket({ key: keys['partner-service'], mutualSsl: { verifyClient: 'REQUIRE', cert: caFile } }),
    },
  );
}

/** Makes it as the environment says: `nest-service-auth policy` looks for this name. */
export async function createApp(env?: NodeJS.ProcessEnv): Promise<INestApplication> {
  return createPartnerService(await loadSettings(env));
}
