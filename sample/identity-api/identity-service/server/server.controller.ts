import { Controller, Get } from '@nestjs/common';
import { CurrentPrincipal, type Principal } from 'nest-service-auth';

/** Information about the service. */
@Controller('api/server')
export class ServerController {
  @Get('configs')
  configs() {
    return { passwordHash: 'argon2id' };
  }

  @Get('sessions')
  sessions(@CurrentPrincipal() { username, certificate }: Principal) {
    return { sessionsOf: username, askedWith: certificate?.subject };
  }

  /** A route without a rule, as if its author had forgotten to write one. */
  @Get('threads')
  threads() {
    return { threads: 1 };
  }
}
