import { Controller, Get } from '@nestjs/common';
import { CurrentPrincipal, type Principal } from 'nest-service-auth';

/** What the service says about itself. */
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

  /** Somebody added it and forgot to write a rule for it. */
  @Get('threads')
  threads() {
    return { threads: 1 };
  }
}
