import { Controller, Get } from '@nestjs/common';
import { CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';
import { KnownPartner } from './known-partner.authorizer.js';

/** Requires the client certificate of a known partner. */
@ServiceAuth({ auth: [{ scheme: 'certificate', authorizers: [KnownPartner] }] })
@Controller('partner/stock')
export class StockController {
  @Get()
  stock(@CurrentPrincipal() who: Principal) {
    return { pieces: 75, reservedFor: who.username };
  }
}
