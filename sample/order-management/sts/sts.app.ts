import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { secureSocket } from 'nest-service-auth';
import { settingsModule } from '../../support/process/settings.module.js';
import type { Settings } from '../settings.js';
import { StsModule } from './sts.module.js';

/** Makes the security token service: it authenticates users and clients, and signs tokens about them. */
export function createSts(settings: Settings, options: NestApplicationOptions = {}): Promise<INestApplication> {
  return NestFactory.create(
    { module: StsModule, imports: [settingsModule(settings)] },
    {
      ...options,
      httpsOptions: secureSocket({ key: settings.certificates.keys.sts }),
      // The authorization server reads bodies itself.
      bodyParser: false,
    },
  );
}
