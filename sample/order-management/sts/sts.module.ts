import { Module } from '@nestjs/common';
import { SETTINGS } from '../../support/process/settings.module.js';
import type { Settings } from '../settings.js';
import { AuthorizationServerController } from './authorization-server.controller.js';
import { AuthorizationServer } from './authorization-server.js';
import { JwksController } from './jwks.controller.js';
import { KeyRing } from './key-ring.js';

/** A security token service: a real authorization server, which also publishes the keys of the guide's own tokens. */
@Module({
  // The order matters: the second controller answers what the first does not.
  controllers: [JwksController, AuthorizationServerController],
  providers: [
    AuthorizationServer,
    { provide: KeyRing, inject: [SETTINGS], useFactory: ({ stsKeysFile }: Settings) => KeyRing.load(stsKeysFile) },
  ],
})
export class StsModule {}
