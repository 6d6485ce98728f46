import { Module } from '@nestjs/common';
import { AuthModule } from 'nest-service-auth';
import { SETTINGS } from '../../support/process/settings.module.js';
import type { Settings } from '../settings.js';
import { API_DOCS_ROUTES } from './api-docs.js';
import { clientsOf, schemesOf } from './connections.js';
import { OrdersController } from './orders.controller.js';
import { OrdersProxy } from './orders.proxy.js';

/** The API gateway: it checks the tokens of users and calls the order service for them. */
@Module({
  imports: [
    AuthModule.forRootAsync({
      inject: [SETTINGS],
      useFactory: (settings: Settings) => ({
        responseBody: 'empty' as const,
        schemes: schemesOf(settings),
        clients: clientsOf(settings),
        rawRoutes: API_DOCS_ROUTES,
      }),
    }),
  ],
  controllers: [OrdersController],
  providers: [OrdersProxy],
})
export class GatewayModule {}
