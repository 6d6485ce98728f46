import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { SigningKey } from '../../keys/signing-key.js';
import { SETTINGS } from '../../process/settings.module.js';
import type { Settings } from '../settings.js';
import { JwksController } from './jwks.controller.js';
import { TokenController } from './token.controller.js';
import { TokenIssuer } from './token-issuer.js';

/** A security token service, as small as one can be. It stands for the real one that an application would trust. */
@Module({
  controllers: [JwksController, TokenController],
  providers: [
    TokenIssuer,
    {
      provide: SigningKey,
      inject: [SETTINGS],
      useFactory: ({ certificates }: Settings) => SigningKey.load(join(certificates.folder, 'sts-signing.key')),
    },
  ],
})
export class StsModule {}
