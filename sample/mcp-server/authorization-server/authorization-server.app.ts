import { type INestApplication, Module, type NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Provider } from 'oidc-provider';
import type { Settings } from '../settings.js';
import { configurationOf } from './configuration.js';

/** An empty module: `oidc-provider` answers every request. */
@Module({})
class AuthorizationServerModule {}

/** Makes the authorization server. It stores everything in memory: its clients register again after a restart. */
export async function createAuthorizationServer(settings: Settings, options: NestApplicationOptions = {}): Promise<INestApplication> {
  const provider = new Provider(settings.issuer, configurationOf(settings));
  const app = await NestFactory.create(AuthorizationServerModule, { ...options, bodyParser: false });
  app.use(provider.callback());
  return app;
}
