import { Module } from '@nestjs/common';
import { AuthModule } from 'nest-service-auth';
import { SETTINGS } from '../../support/process/settings.module.js';
import type { Settings } from '../settings.js';
import { InventoryClient } from './inventory.client.js';
import { OrderController } from './order.controller.js';
import { OrderService } from './order.service.js';

/** The order service. It trusts the tokens that the STS signs: the scheme `sts` of its controller. */
@Module({
  imports: [
    AuthModule.forRootAsync({
      inject: [SETTINGS],
      useFactory: ({ stsUrl, inventoryUrl, certificates }: Settings) => ({
        responseBody: 'empty',
        schemes: {
          sts: {
            jwtValidatorConfig: {
              issuer: 'wso2',
              audience: 'ballerina',
              signatureConfig: {
                jwksConfig: {
                  url: `${stsUrl}/oauth2/jwks`,
                  cacheConfig: { capacity: 10 },
                  clientConfig: { secureSocket: { cert: certificates.keys.sts.certFile } },
                },
              },
              cacheConfig: { capacity: 10 },
            },
          },
        },
        clients: {
          inventory: {
            baseUrl: inventoryUrl,
            clientConfig: { timeout: 3, secureSocket: { cert: certificates.caFile, key: certificates.keys['order-service'] } },
          },
        },
      }),
    }),
  ],
  controllers: [OrderController],
  providers: [OrderService, InventoryClient],
})
export class OrderModule {}
