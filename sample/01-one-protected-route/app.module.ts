import { randomBytes } from 'node:crypto';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { AuthModule, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';

/** The secret that the issuer of the tokens signs with. If the variable is not set, every start makes a new one. */
export const SECRET = process.env.TOKEN_SECRET ?? randomBytes(32).toString('base64url');

/** Every route of this controller requires a valid token, unless the route says otherwise. */
@ServiceAuth({ auth: ['tokens'] })
@Controller('orders')
class OrdersController {
  @Get()
  list(@CurrentPrincipal() caller: Principal) {
    return { orders: ['1', '2'], listedFor: caller.username };
  }

  /** Open to everybody. */
  @ResourceAuth({ auth: false })
  @Get(':id')
  find(@Param('id') id: string) {
    return { id, status: 'shipped' };
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      schemes: {
        // In production: signatureConfig: { jwksConfig: { url } } instead of a secret.
        tokens: { jwtValidatorConfig: { issuer: 'https://issuer.example', audience: 'orders', signatureConfig: { secret: SECRET } } },
      },
    }),
  ],
  controllers: [OrdersController],
})
export class AppModule {}
