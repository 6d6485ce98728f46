import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { secureSocket } from 'nest-service-auth';
import { settingsModule } from '../../support/process/settings.module.js';
import { messagesOf } from '../messages.js';
import { loadSettings, type Settings } from '../settings.js';
import { LiveModule } from './live.module.js';

/** Makes the service: HTTP, GraphQL and WebSocket on one port, and messages over NATS or TCP. */
export async function createLiveOrders(settings: Settings, options: NestApplicationOptions = {}): Promise<INestApplication> {
  const httpsOptions = secureSocket({ key: settings.certificates.keys['live-service'] });
  const root = { module: LiveModule, imports: [settingsModule(settings)] };
  const app = await NestFactory.create(root, { ...options, httpsOptions });
  app.useWebSocketAdapter(new IoAdapter(app));
  app.connectMicroservice(messagesOf(settings));
  return app;
}

/** Makes it with the settings of the environment. `nest-service-auth policy` calls this function by its name. */
export async function createApp(env?: NodeJS.ProcessEnv): Promise<INestApplication> {
  return createLiveOrders(await loadSettings(env));
}
