import { Controller, Get } from '@nestjs/common';
import { CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';
import { KnownPartner } from './known-partner.authorizer.js';

/** A client certificate, and a partner that is known. */
@ServiceAuth({ auth: [{ scheme: 'certificate', authorizers: [KnownPartner] }] })
@Controller('partner/stock')
export class StockController {
  @Get()
  stock(@CurrentPrincipal() who: Principal) {
    return { pieces: 75, reservedFor: who.username };
  }
}
