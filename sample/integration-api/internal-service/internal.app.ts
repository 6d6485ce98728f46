import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { secureSocket } from 'nest-service-auth';
import { settingsModule } from '../../support/process/settings.module.js';
import { loadSettings, type Settings } from '../settings.js';
import { InternalModule } from './internal.module.js';

/** Makes the service for operators, on its own port. */
export function createInternalService(settings: Settings, options: NestApplicationOptions = {}): Promise<INestApplication> {
  return NestFactory.create(
    { module: InternalModule, imports: [settingsModule(settings)] },
    { ...options, httpsOptions: secureSocket({ key: settings.certificates.keys['internal-service'] }) },
  );
}

/** Makes it with the settings of the environment. `nest-service-auth policy` calls this function by its name. */
export async function createApp(env?: NodeJS.ProcessEnv): Promise<INestApplication> {
  return createInternalService(await loadSettings(env));
}
