import { Body, Controller, Header, Headers, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { authenticateClient } from './client-authentication.js';
import { grant } from './grants.js';
import { type TokenAnswer, TokenIssuer } from './token-issuer.js';
import type { Form } from './token-request.js';

/** The token endpoint. @see RFC 6749 §3.2 */
@Controller('oauth2/token')
export class TokenController {
  constructor(private readonly issuer: TokenIssuer) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  issue(@Headers('authorization') authorization: string | undefined, @Body() form: Form = {}): Promise<TokenAnswer> {
    const client = authenticateClient(authorization);
    return this.issuer.issue(grant(client, form));
  }
}
