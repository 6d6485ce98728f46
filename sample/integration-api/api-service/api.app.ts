import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { secureSocket } from 'nest-service-auth';
import { settingsModule } from '../../support/process/settings.module.js';
import { loadSettings, type Settings } from '../settings.js';
import { ApiModule } from './api.module.js';

/** Makes the service with the public API and its administration. */
export function createApiService(settings: Settings, options: NestApplicationOptions = {}): Promise<INestApplication> {
  return NestFactory.create(
    { module: ApiModule, imports: [settingsModule(settings)] },
    { ...options, httpsOptions: secureSocket({ key: settings.certificates.keys['api-service'] }) },
  );
}

/** Makes it with the settings of the environment. `nest-service-auth policy` calls this function by its name. */
export async function createApp(env?: NodeJS.ProcessEnv): Promise<INestApplication> {
  return createApiService(await loadSettings(env));
}
