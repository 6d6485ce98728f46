import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { AuthModule } from 'nest-service-auth';
import { SETTINGS } from '../../support/process/settings.module.js';
import type { Settings } from '../settings.js';
import { DisplayGateway } from './display.gateway.js';
import { LoginController } from './login.controller.js';
import { OrderController } from './order.controller.js';
import { OrderResolver } from './order.resolver.js';
import { OrderService } from './order.service.js';
import { PageController } from './page.controller.js';
import { schemes, stockClient } from './schemes.js';
import { StockClient } from './stock.client.js';
import { StockController } from './stock.controller.js';

/** One AuthModule protects all four transports: HTTP, GraphQL, WebSocket and messages. */
@Module({
  imports: [
    AuthModule.forRootAsync({
      inject: [SETTINGS],
      useFactory: (settings: Settings) => ({
        schemes: schemes(settings),
        clients: { stock: stockClient },
        // For development only: clients learn why they are refused.
        explain: 'body' as const,
      }),
    }),
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      graphiql: false,
      subscriptions: { 'graphql-ws': true },
      // Nest runs guards before fields only with this option.
      fieldResolverEnhancers: ['guards'],
    }),
  ],
  controllers: [PageController, LoginController, OrderController, StockController],
  providers: [OrderService, StockClient, OrderResolver, DisplayGateway],
})
export class LiveModule {}
