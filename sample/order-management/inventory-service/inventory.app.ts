import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { secureSocket } from 'nest-service-auth';
import { ClaimsLogInterceptor } from '../claims-log.interceptor.js';
import { loadSettings, type Settings } from '../settings.js';
import { InventoryModule } from './inventory.module.js';

/** Makes the inventory service. Without a client certificate of the demo's CA the TLS handshake fails. */
export async function createInventoryService(
  { certificates, showClaims }: Settings,
  options: NestApplicationOptions = {},
): Promise<INestApplication> {
  const app = await NestFactory.create(InventoryModule, {
    ...options,
    httpsOptions: secureSocket({
      key: certificates.keys['inventory-service'],
      mutualSsl: { verifyClient: 'REQUIRE', cert: certificates.caFile },
    }),
  });
  if (showClaims) app.useGlobalInterceptors(new ClaimsLogInterceptor('inventory-service'));
  return app;
}

/** Makes it with the settings of the environment. `nest-service-auth policy` calls this function by its name. */
export async function createApp(env?: NodeJS.ProcessEnv): Promise<INestApplication> {
  return createInventoryService(await loadSettings(env));
}
