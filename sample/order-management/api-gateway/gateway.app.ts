import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { secureSocket } from 'nest-service-auth';
import { settingsModule } from '../../support/process/settings.module.js';
import { ClaimsLogInterceptor } from '../claims-log.interceptor.js';
import { loadSettings, type Settings } from '../settings.js';
import { serveApiDocs } from './api-docs.js';
import { GatewayModule } from './gateway.module.js';
import { RawBodyInterceptor } from './raw-body.interceptor.js';

/** Makes the API gateway: the only service that end users call. */
export async function createApiGateway(settings: Settings, options: NestApplicationOptions = {}): Promise<INestApplication> {
  const app = await NestFactory.create(
    { module: GatewayModule, imports: [settingsModule(settings)] },
    {
      ...options,
      httpsOptions: secureSocket({ key: settings.certificates.keys['api-gateway'] }),
      // Nest would read bodies before the guard runs. The interceptor reads them after it.
      bodyParser: false,
    },
  );
  app.useGlobalInterceptors(...(settings.showClaims ? [new ClaimsLogInterceptor('api-gateway')] : []), new RawBodyInterceptor());
  serveApiDocs(app);
  return app;
}

/** Makes it with the settings of the environment. `nest-service-auth policy` calls this function by its name. */
export async function createApp(env?: NodeJS.ProcessEnv): Promise<INestApplication> {
  return createApiGateway(await loadSettings(env));
}
