import { Controller, Get } from '@nestjs/common';
import { CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';

/** Two ways in, asked in order: programs have tokens, people have passwords. The first one that admits decides. */
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
