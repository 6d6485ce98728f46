import { randomBytes } from 'node:crypto';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import {
  AuthModule,
  type AuthRequest,
  type AuthStrategy,
  CurrentPrincipal,
  createPrincipal,
  type Principal,
  ResourceAuth,
  ServiceAuth,
  type Verdict,
} from 'nest-service-auth';

export interface BadgeConfig {
  /** The scopes of each badge. */
  readonly badges: Readonly<Record<string, readonly string[]>>;
}

declare module 'nest-service-auth' {
  interface AuthSchemeConfigs {
    badgeConfig: BadgeConfig;
  }
}

/** A strategy of the application's own. */
@Injectable()
class BadgeStrategy implements AuthStrategy<BadgeConfig> {
  readonly configKey = 'badgeConfig';

  prepare({ badges }: BadgeConfig, scheme: string) {
    const authenticate = ({ headers }: AuthRequest): Verdict => {
      const badge = headers['x-badge'];
      if (typeof badge !== 'string') return { outcome: 'absent' };
      const scopes = badges[badge];
      if (scopes === undefined) return { outcome: 'rejected', reason: 'unknown_badge' };
      return { outcome: 'accepted', principal: createPrincipal({ scheme, method: 'badge', username: badge, scopes }) };
    };
    return { challenges: [{ scheme: 'Badge' }], authenticate };
  }
}

/** What signs the tokens of the test: made anew for each run. */
export const SECRET = randomBytes(32).toString('hex');

@ServiceAuth({ auth: [{ scheme: 'sts', scopes: { all: ['read'] } }] })
@Controller('orders')
class OrderController {
  @Get()
  list(@CurrentPrincipal() principal: Principal) {
    return { username: principal.username };
  }
}

@ServiceAuth({ auth: ['badges'] })
@Controller('doors')
class DoorController {
  @Get()
  who(@CurrentPrincipal() principal: Principal) {
    return { username: principal.username };
  }

  @ResourceAuth({ auth: { scopes: 'vault' } })
  @Get('vault')
  vault() {
    return 'open';
  }

  @ResourceAuth({ auth: false })
  @Get('lobby')
  lobby() {
    return 'welcome';
  }
}

/** An application as a user would write it. */
@Module({
  imports: [
    AuthModule.forRootAsync({
      useFactory: async () => ({
        schemes: {
          badges: { badgeConfig: { badges: { alice: ['vault'], bob: [] } } },
          sts: { jwtValidatorConfig: { issuer: 'sts', audience: 'orders', signatureConfig: { secret: SECRET } } },
        },
      }),
      strategies: [BadgeStrategy],
    }),
  ],
  controllers: [DoorController, OrderController],
})
export class AppModule {}

@Controller('forgotten')
class ForgottenController {
  @Get()
  find() {
    return 'anything';
  }
}

/** The same application with a controller that nobody thought of. */
@Module({ imports: [AuthModule.forRoot({})], controllers: [ForgottenController] })
export class ForgetfulModule {}
