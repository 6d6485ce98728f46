import { Controller, Get } from '@nestjs/common';
import { CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';

/** Two alternatives, tried in order: programs have tokens, users have passwords. The first one that accepts admits the caller. */
@ServiceAuth({
  auth: [
    { scheme: 'tokens', scopes: 'read' },
    { scheme: 'users', scopes: 'metrics' },
  ],
})
@Controller('reports')
export class ReportsController {
  @Get('today')
  today(@CurrentPrincipal() { username, method }: Principal) {
    return { report: 'all is well', for: username, knownBy: method };
  }
}
