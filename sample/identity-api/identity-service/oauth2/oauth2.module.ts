import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { SigningKey } from '../../../support/keys/signing-key.js';
import { SETTINGS } from '../../../support/process/settings.module.js';
import type { Settings } from '../../settings.js';
import { TokenController } from './token.controller.js';
import { TokenIssuer } from './token-issuer.js';

/** Issues tokens, and provides the key that verifies them. */
@Module({
  controllers: [TokenController],
  providers: [
    TokenIssuer,
    {
      provide: SigningKey,
      inject: [SETTINGS],
      useFactory: ({ certificates }: Settings) => SigningKey.load(join(certificates.folder, 'token-signing.key')),
    },
  ],
  exports: [SigningKey],
})
export class OAuth2Module {}
