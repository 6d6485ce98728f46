import { Module } from '@nestjs/common';
import { AuthModule } from 'nest-service-auth';
import { SETTINGS } from '../../support/process/settings.module.js';
import { signedTokens } from '../schemes.js';
import type { Settings } from '../settings.js';
import { KnownPartner } from './known-partner.authorizer.js';
import { PaymentsController } from './payments.controller.js';
import { StockController } from './stock.controller.js';

/** Defines the schemes `certificate` and `tokens` of the controllers. */
@Module({
  imports: [
    AuthModule.forRootAsync({
      authorizers: [KnownPartner],
      inject: [SETTINGS],
      useFactory: (settings: Settings) => ({
        realm: 'partners',
        schemes: { certificate: { mutualSslConfig: {} }, tokens: signedTokens(settings, 'payments') },
      }),
    }),
  ],
  controllers: [StockController, PaymentsController],
})
export class PartnerModule {}
