import { Module } from '@nestjs/common';
import { AuthModule } from 'nest-service-auth';
import { SigningKey } from '../../support/keys/signing-key.js';
import { SETTINGS } from '../../support/process/settings.module.js';
import { ROLES } from '../roles.js';
import type { Settings } from '../settings.js';
import { ApiKeyStrategy } from './api-keys/api-key.strategy.js';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { ApplicationsModule } from './applications/applications.module.js';
import { OwnerOnly } from './applications/owner-only.authorizer.js';
import { OAuth2Module } from './oauth2/oauth2.module.js';
import { schemes } from './schemes.js';
import { HealthController } from './server/health.controller.js';
import { ServerController } from './server/server.controller.js';
import { UsersModule } from './users/users.module.js';

/** Secured by default: the rules of a file apply to every route without a declaration of its own. */
@Module({
  imports: [
    AuthModule.forRootAsync({
      imports: [OAuth2Module, ApiKeysModule, ApplicationsModule],
      strategies: [ApiKeyStrategy],
      authorizers: [OwnerOnly],
      inject: [SETTINGS, SigningKey],
      useFactory: (settings: Settings, key: SigningKey) => ({
        realm: 'identity',
        schemes: schemes(settings, key),
        resourceAccessControl: { file: settings.rulesFile },
        roles: ROLES,
        explain: true,
      }),
    }),
    UsersModule,
  ],
  controllers: [HealthController, ServerController],
})
export class IdentityModule {}
