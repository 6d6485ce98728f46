import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import type { Principal } from 'nest-service-auth';
import { SigningKey } from '../../../support/keys/signing-key.js';
import { SETTINGS } from '../../../support/process/settings.module.js';
import type { Settings } from '../../settings.js';
import { AUDIENCE } from '../schemes.js';

/** How long a token is valid, in seconds. */
const LIFETIME = 600;

/** A successful answer of the token endpoint. @see RFC 6749 §5.1 */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly scope: string;
}

/** Signs access tokens. @see RFC 9068 */
@Injectable()
export class TokenIssuer {
  constructor(
    private readonly key: SigningKey,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Issues a token with the name and the roles of a user, and those scopes of the user that were requested. */
  async issue({ username, roles }: Principal, scopes: readonly string[]): Promise<TokenAnswer> {
    const now = Math.floor(Date.now() / 1000);
    const scope = scopes.join(' ');
    const token = await new SignJWT({ scope, roles, client_id: username })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: this.key.publicJwk.kid })
      .setIssuer(this.settings.issuer)
      .setSubject(username)
      .setAudience(AUDIENCE)
      .setIssuedAt(now)
      .setExpirationTime(now + LIFETIME)
      .setJti(randomUUID())
      .sign(this.key.privateKey);
    return { access_token: token, token_type: 'Bearer', expires_in: LIFETIME, scope };
  }
}
