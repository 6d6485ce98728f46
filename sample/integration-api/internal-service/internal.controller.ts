import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';

/** User names and passwords, checked against a file of hashes. */
@ServiceAuth({ auth: [{ scheme: 'users', scopes: 'metrics' }] })
@Controller('internal')
export class InternalController {
  @Get('metrics')
  metrics() {
    return { requests: 42 };
  }

  @ResourceAuth({ auth: { scopes: 'operate' } })
  @HttpCode(202)
  @Post('rotate-logs')
  rotate(@CurrentPrincipal() who: Principal) {
    return { accepted: true, orderedBy: who.username };
  }
}
