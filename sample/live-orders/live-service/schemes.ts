import { randomBytes } from 'node:crypto';
import type { AuthClientConfig, SchemeConfig } from 'nest-service-auth';
import type { Settings } from '../settings.js';

/** The `iss` and the `aud` of the tokens that this service issues for itself. */
export const ISSUER = 'live-orders';
export const AUDIENCE = 'orders';

/** What the tokens are signed with. Every start makes a new one. */
export const SECRET = randomBytes(32).toString('base64url');

/** Passwords for the login, tokens for everything else. */
export function schemes({ usersFile, keysUrl }: Settings): Readonly<Record<string, SchemeConfig>> {
  const signatureConfig = keysUrl === undefined ? { secret: SECRET } : { jwksConfig: { url: keysUrl } };
  return {
    users: { fileUserStoreConfig: { path: usersFile } },
    sts: { jwtValidatorConfig: { issuer: ISSUER, audience: AUDIENCE, signatureConfig } },
  };
}

/** The token with which the service books stock. No user has this scope. */
export const stockClient: AuthClientConfig = {
  // It sends messages only, and calls no URL.
  allowedOrigins: [],
  auth: {
    jwtIssuerConfig: {
      issuer: ISSUER,
      username: 'live-service',
      audience: AUDIENCE,
      customClaims: { scope: 'book_stock' },
      signatureConfig: { config: SECRET },
    },
  },
};
