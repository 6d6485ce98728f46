import { createHash, randomBytes } from 'node:crypto';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { type Authenticator, AuthModule, type AuthStrategy, createPrincipal, ServiceAuth } from 'nest-service-auth';

/** A partner, and the SHA-256 of its key: the key itself is not stored. */
type PartnerKeyConfig = { readonly username: string; readonly digest: string };

/** Makes the config key known to `schemes` and to the decorators. */
declare module 'nest-service-auth' {
  interface AuthSchemeConfigs {
    partnerKeyConfig: PartnerKeyConfig;
  }
}

const digestOf = (key: string) => createHash('sha256').update(key).digest('hex');

@Injectable()
class PartnerKeyStrategy implements AuthStrategy<PartnerKeyConfig> {
  readonly configKey = 'partnerKeyConfig';

  /** Called at boot, once for each config. An error here stops the boot. */
  prepare({ username, digest }: PartnerKeyConfig, scheme: string): Authenticator {
    const principal = createPrincipal({ scheme, method: 'partner-key', username });
    return {
      challenges: [{ scheme: 'PartnerKey' }],
      authenticate: ({ headers: { 'x-partner-key': key } }) => {
        if (typeof key !== 'string') return { outcome: 'absent' };
        return digestOf(key) === digest ? { outcome: 'accepted', principal } : { outcome: 'rejected', reason: 'unknown_key' };
      },
    };
  }
}

/** If the variable is not set, every start makes a new key. */
export const ACME_KEY = process.env.ACME_KEY ?? randomBytes(32).toString('base64url');

@ServiceAuth({ auth: [{ partnerKeyConfig: { username: 'acme', digest: digestOf(ACME_KEY) } }] })
@Controller('stock')
class StockController {
  @Get()
  left() {
    return { left: 3 };
  }
}

@Module({ imports: [AuthModule.forRoot({ strategies: [PartnerKeyStrategy] })], controllers: [StockController] })
export class AppModule {}
