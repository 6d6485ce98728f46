import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { secureSocket } from 'nest-service-auth';
import { settingsModule } from '../../support/process/settings.module.js';
import { loadSettings, type Settings } from '../settings.js';
import { InternalModule } from './internal.module.js';

/** Makes the service for the people who run the place, on a port of its own. */
export function createInternalService(settings: Settings, options: NestApplicationOptions = {}): Promise<INestApplication> {
  return NestFactory.create(
    { module: InternalModule, imports: [settingsModule(settings)] },
    { ...options, httpsOptions: secureSocket({ key: settings.certificates.keys['internal-service'] }) },
  );
}

/** Makes it as the environment says: `nest-service-auth policy` looks for this name. */
export async function createApp(env?: NodeJS.ProcessEnv): Promise<INestApplication> {
  return createInternalService(await loadSettings(env));
}
