import { Controller, DefaultValuePipe, Header, HttpCode, HttpStatus, ParseIntPipe, Post, Query } from '@nestjs/common';
import { SignJWT } from 'jose';
import { CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';
import { AUDIENCE, ISSUER, SECRET } from './schemes.js';

/** How long a login lasts, in seconds: the default, and the most. */
const LIFETIME = 60;
const LONGEST = 3600;

/** Gives users with a password a token. In production an identity provider does it. */
@ServiceAuth({ auth: ['users'] })
@Controller('login')
export class LoginController {
  @Post()
  @HttpCode(HttpStatus.OK)
  @Header('Cache-Control', 'no-store')
  async login(
    @CurrentPrincipal() { username, scopes }: Principal,
    @Query('seconds', new DefaultValuePipe(LIFETIME), ParseIntPipe) seconds: number,
  ): Promise<{ readonly access_token: string; readonly expires_in: number }> {
    const lifetime = Math.min(Math.max(seconds, 1), LONGEST);
    const token = await new SignJWT({ scope: scopes.join(' ') })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(ISSUER)
      .setSubject(username)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${lifetime}s`)
      .sign(new TextEncoder().encode(SECRET));
    return { access_token: token, expires_in: lifetime };
  }
}
