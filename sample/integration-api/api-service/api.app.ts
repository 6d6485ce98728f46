import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { secureSocket } from 'nest-service-auth';
import { settingsModule } from '../../process/settings.module.js';
import type { Settings } from '../settings.js';
import { ApiModule } from './api.module.js';

/** Makes the service with the public API and its administration. */
export function createApiService(settings: Settings, options: NestApplicationOptions = {}): Promise<INestApplication> {
  return NestFactory.create(
    { module: ApiModule, imports: [settingsModule(settings)] },
    { ...options, httpsOptions: secureSocket({ key: settings.certificates.keys['api-service'] }) },
  );
}
