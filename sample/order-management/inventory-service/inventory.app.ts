import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { secureSocket } from 'nest-service-auth';
import { ClaimsLogInterceptor } from '../claims-log.interceptor.js';
import { loadSettings, type Settings } from '../settings.js';
import { InventoryModule } from './inventory.module.js';

/** Makes the inventory service: the TLS handshake itself fails for whoever has no client certificate of the demo's CA. */
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

/** Makes it as the environment says: `nest-service-auth policy` looks for this name. */
export async function createApp(env?: NodeJS.ProcessEnv): Promise<INestApplication> {
  return createInventoryService(await loadSettings(env));
}
