import type { SchemeConfig } from 'nest-service-auth';
import type { SigningKey } from '../../keys/signing-key.js';
import { ISSUER_NAME } from '../certificates.js';
import type { Settings } from '../settings.js';

/** The `aud` of the tokens that this service issues for itself. */
export const AUDIENCE = 'identity-api';

/** The four ways to say who one is. The rules name them in `allowed_auth_handlers`. */
export function schemes({ issuer, usersFile }: Settings, key: SigningKey): Readonly<Record<string, SchemeConfig>> {
  return {
    users: { fileUserStoreConfig: { path: usersFile } },
    tokens: {
      jwtValidatorConfig: {
        issuer,
        audience: AUDIENCE,
        typ: 'at+jwt',
        roleKey: 'roles',
        signatureConfig: { jwks: { keys: [key.publicJwk] } },
      },
    },
    certificates: { mutualSslConfig: { trustedIssuer: ISSUER_NAME } },
    keys: { apiKeysConfig: { header: 'x-api-key' } },
  };
}
