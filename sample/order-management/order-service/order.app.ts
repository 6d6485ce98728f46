import { type INestApplication, type NestApplicationOptions, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { secureSocket } from 'nest-service-auth';
import { settingsModule } from '../../support/process/settings.module.js';
import { ClaimsLogInterceptor } from '../claims-log.interceptor.js';
import { loadSettings, type Settings } from '../settings.js';
import { JsonBodyInterceptor } from './json-body.interceptor.js';
import { OrderModule } from './order.module.js';

/** Makes the order service. */
export async function createOrderService(settings: Settings, options: NestApplicationOptions = {}): Promise<INestApplication> {
  const app = await NestFactory.create(
    { module: OrderModule, imports: [settingsModule(settings)] },
    {
      ...options,
      httpsOptions: secureSocket({ key: settings.certificates.keys['order-service'] }),
      // Nest would parse bodies before the guard runs. The interceptor parses them after it.
      bodyParser: false,
    },
  );
  app.useGlobalInterceptors(...(settings.showClaims ? [new ClaimsLogInterceptor('order-service')] : []), new JsonBodyInterceptor());
  app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true }));
  return app;
}

/** Makes it with the settings of the environment. `nest-service-auth policy` calls this function by its name. */
export async function createApp(env?: NodeJS.ProcessEnv): Promise<INestApplication> {
  return createOrderService(await loadSettings(env));
}
