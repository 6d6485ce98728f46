import { Module } from '@nestjs/common';
import { AuthModule } from 'nest-service-auth';
import { SETTINGS } from '../../support/process/settings.module.js';
import { usersInFile } from '../schemes.js';
import type { Settings } from '../settings.js';
import { InternalController } from './internal.controller.js';

/** What the controller's `users` are. */
@Module({
  imports: [
    AuthModule.forRootAsync({
      inject: [SETTINGS],
      useFactory: (settings: Settings) => ({ realm: 'internal', schemes: { users: usersInFile(settings) } }),
    }),
  ],
  controllers: [InternalController],
})
export class InternalModule {}
