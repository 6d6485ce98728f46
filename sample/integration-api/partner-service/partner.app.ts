import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { secureSocket } from 'nest-service-auth';
import { settingsModule } from '../../support/process/settings.module.js';
import { loadSettings, type Settings } from '../settings.js';
import { PartnerModule } from './partner.module.js';

/** Makes the service for partners. Without a certificate of the demo's CA the TLS handshake fails. */
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

/** Makes it with the settings of the environment. `nest-service-auth policy` calls this function by its name. */
export async function createApp(env?: NodeJS.ProcessEnv): Promise<INestApplication> {
  return createPartnerService(await loadSettings(env));
}
