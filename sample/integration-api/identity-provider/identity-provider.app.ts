import { join } from 'node:path';
import { type INestApplication, Module, type NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { secureSocket } from 'nest-service-auth';
import { Provider } from 'oidc-provider';
import { SigningKey } from '../../support/keys/signing-key.js';
import type { Settings } from '../settings.js';
import { configurationOf } from './configuration.js';

/** An empty module: `oidc-provider` answers every request. */
@Module({})
class IdentityProviderModule {}

/** Makes the identity provider. It stores its key in a file, and its tokens in memory. */
export async function createIdentityProvider(settings: Settings, options: NestApplicationOptions = {}): Promise<INestApplication> {
  const { certificates, issuer } = settings;
  const key = await SigningKey.load(join(certificates.folder, 'identity-provider-signing.key'));
  const provider = new Provider(issuer, await configurationOf(settings, key));
  const app = await NestFactory.create(IdentityProviderModule, {
    ...options,
    httpsOptions: secureSocket({
      key: certificates.keys['identity-provider'],
      mutualSsl: { verifyClient: 'OPTIONAL', cert: certificates.caFile },
    }),
    bodyParser: false,
  });
  app.use(provider.callback());
  return app;
}
