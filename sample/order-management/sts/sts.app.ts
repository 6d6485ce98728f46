import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { secureSocket } from 'nest-service-auth';
import { settingsModule } from '../../process/settings.module.js';
import type { Settings } from '../settings.js';
import { OAuthErrorFilter } from './oauth-error.filter.js';
import { StsModule } from './sts.module.js';

/** Makes the security token service: it says who its callers are, and signs it. */
export async function createSts(settings: Settings, options: NestApplicationOptions = {}): Promise<INestApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    { module: StsModule, imports: [settingsModule(settings)] },
    {
      ...options,
      httpsOptions: secureSocket({ key: settings.certificates.sts }),
      bodyParser: false,
    },
  );
  // A token request is a form and nothing else (RFC 6749 §4.3.2).
  app.useBodyParser('urlencoded', { extended: false });
  app.useGlobalFilters(new OAuthErrorFilter());
  return app;
}
