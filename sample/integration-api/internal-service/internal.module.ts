import { Module } from '@nestjs/common';
import { AuthModule } from 'nest-service-auth';
import { SETTINGS } from '../../support/process/settings.module.js';
import { usersInFile } from '../schemes.js';
import type { Settings } from '../settings.js';
import { InternalController } from './internal.controller.js';

/** Defines the scheme `users` of the controller. */
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
