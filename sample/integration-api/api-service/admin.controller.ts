import { Controller, Get } from '@nestjs/common';
import { CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';

/** Tokens that can be revoked at any time: each one is checked by introspection at the identity provider. */
@ServiceAuth({ auth: [{ scheme: 'asked', scopes: 'admin' }] })
@Controller('admin')
export class AdminController {
  @Get('status')
  status(@CurrentPrincipal() who: Principal) {
    return { status: 'running', askedBy: who.username };
  }
}
