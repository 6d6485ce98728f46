import { randomBytes } from 'node:crypto';
import { Controller, Get, Module } from '@nestjs/common';
import { AuthModule, CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';

/** The secret that the two services share. If the variable is not set, every start makes a new one. */
export const SECRET = process.env.SHARED_SECRET ?? randomBytes(32).toString('base64url');

/** The service that is called. */
@ServiceAuth({ auth: ['services'] })
@Controller('stock')
class StockController {
  @Get()
  list(@CurrentPrincipal() caller: Principal) {
    return { left: 3, askedBy: caller.username };
  }
}

const services = { jwtValidatorConfig: { issuer: 'shop', audience: 'stock', signatureConfig: { secret: SECRET } } };

@Module({ imports: [AuthModule.forRoot({ schemes: { services } })], controllers: [StockController] })
export class StockModule {}
