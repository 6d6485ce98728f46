import { Module } from '@nestjs/common';
import { AuthModule } from 'nest-service-auth';
import { SETTINGS } from '../../support/process/settings.module.js';
import type { Settings } from '../settings.js';
import { clientsOf, schemesOf } from './connections.js';
import { OrdersController } from './orders.controller.js';
import { OrdersProxy } from './orders.proxy.js';

/** The API gateway: it knows the users' tokens and speaks for the users to the order service. */
@Module({
  imports: [
    AuthModule.forRootAsync({
      inject: [SETTINGS],
      useFactory: (settings: Settings) => ({
        responseBody: 'empty' as const,
        schemes: schemesOf(settings),
        clients: clientsOf(settings),
      }),
    }),
  ],
  controllers: [OrdersController],
  providers: [OrdersProxy],
})
export class GatewayModule {}
