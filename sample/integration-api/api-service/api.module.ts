import { Module } from '@nestjs/common';
import { AuthModule } from 'nest-service-auth';
import { SETTINGS } from '../../support/process/settings.module.js';
import { introspectedTokens, signedTokens, usersInFile } from '../schemes.js';
import type { Settings } from '../settings.js';
import { AdminController } from './admin.controller.js';
import { CustomersController } from './customers.controller.js';
import { ReportsController } from './reports.controller.js';

/** Defines the schemes `tokens`, `asked` and `users` of the controllers. */
@Module({
  imports: [
    AuthModule.forRootAsync({
      inject: [SETTINGS],
      useFactory: (settings: Settings) => ({
        realm: 'integration',
        schemes: {
          tokens: signedTokens(settings, 'api'),
          asked: introspectedTokens(settings, 'admin'),
          users: usersInFile(settings),
        },
      }),
    }),
  ],
  controllers: [CustomersController, AdminController, ReportsController],
})
export class ApiModule {}
