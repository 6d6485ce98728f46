import { Controller, Get } from '@nestjs/common';
import { CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';

/** Tokens that can be taken back at any moment: the identity provider is asked about every one. */
@ServiceAuth({ auth: [{ scheme: 'asked', scopes: 'admin' }] })
@Controller('admin')
export class AdminController {
  @Get('status')
  status(@CurrentPrincipal() who: Principal) {
    return { status: 'running', askedBy: who.username };
  }
}
