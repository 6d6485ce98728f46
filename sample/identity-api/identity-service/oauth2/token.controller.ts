import { BadRequestException, Body, Controller, Header, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { CurrentPrincipal, type Principal } from 'nest-service-auth';
import { type TokenAnswer, TokenIssuer } from './token-issuer.js';

/** The fields of a token request. A field that was sent twice is a list. */
type Form = Readonly<Record<string, unknown>>;

/** The token endpoint. The guard authenticates the caller, as on every other route. @see RFC 6749 §4.4 */
@Controller('oauth2/token')
export class TokenController {
  constructor(private readonly issuer: TokenIssuer) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @Header('Cache-Control', 'no-store')
  issue(@CurrentPrincipal() who: Principal, @Body() form: Form = {}): Promise<TokenAnswer> {
    if (form.grant_type !== 'client_credentials') throw new BadRequestException({ error: 'unsupported_grant_type' });
    return this.issuer.issue(who, grantedScopes(who, form.scope));
  }
}

/** Grants the requested scopes that the user has. A request without scopes gets none. */
function grantedScopes({ scopes }: Principal, asked: unknown): readonly string[] {
  if (asked === undefined || asked === '') return [];
  const wanted = typeof asked === 'string' ? [...new Set(asked.split(' '))] : [];
  if (wanted.length === 0 || !wanted.every((scope) => scopes.includes(scope))) throw new BadRequestException({ error: 'invalid_scope' });
  return wanted;
}
