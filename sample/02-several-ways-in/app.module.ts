import { randomBytes } from 'node:crypto';
import { Controller, Get, Module } from '@nestjs/common';
import { AuthModule, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';

export const SECRET = process.env.TOKEN_SECRET ?? randomBytes(32).toString('base64url');

/** A token or a password: the entries are tried in order, and the first one that accepts the request admits it. */
@ServiceAuth({ auth: ['tokens', 'staff'] })
@Controller('reports')
class ReportsController {
  @Get()
  list(@CurrentPrincipal() { username, method }: Principal) {
    return { username, method };
  }

  /** A list on a route replaces the list of its controller: no token opens this one. */
  @ResourceAuth({ auth: ['staff'] })
  @Get('audit')
  audit(@CurrentPrincipal() { username, method }: Principal) {
    return { username, method };
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      schemes: {
        tokens: { jwtValidatorConfig: { issuer: 'https://issuer.example', audience: 'reports', signatureConfig: { secret: SECRET } } },
        // `npx nest-service-auth hash-password` makes the hashes in this file.
        staff: { fileUserStoreConfig: { path: 'sample/02-several-ways-in/users.toml' } },
      },
    }),
  ],
  controllers: [ReportsController],
})
export class AppModule {}
