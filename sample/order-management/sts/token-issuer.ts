import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { SigningKey } from '../../keys/signing-key.js';
import type { Grant } from './grants.js';

/** How long a token is valid, in seconds. */
const LIFETIME = 3600;

/** A successful answer of the token endpoint. @see RFC 6749 §5.1 */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly scope: string;
}

/** Signs tokens like the guide's: from `wso2`, for `ballerina`. */
@Injectable()
export class TokenIssuer {
  constructor(private readonly key: SigningKey) {}

  async issue({ subject, scopes }: Grant): Promise<TokenAnswer> {
    const now = Math.floor(Date.now() / 1000);
    const scope = scopes.join(' ');
    const token = await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: this.key.publicJwk.kid })
      .setIssuer('wso2')
      .setSubject(subject)
      .setAudience('ballerina')
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + LIFETIME)
      .setJti(randomUUID())
      .sign(this.key.privateKey);
    return { access_token: token, token_type: 'Bearer', expires_in: LIFETIME, scope };
  }
}
