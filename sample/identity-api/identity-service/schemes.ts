import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { MutualSslConfig, SchemeConfig } from 'nest-service-auth';
import type { KeyFiles } from '../../support/keys/local-ca.js';
import type { SigningKey } from '../../support/keys/signing-key.js';
import { type Certificates, ISSUER_NAME } from '../certificates.js';
import type { Settings } from '../settings.js';

/** The `aud` of the tokens that this service issues for itself. */
export const AUDIENCE = 'identity-api';

/** The four ways to authenticate. The rules name them in `allowed_auth_handlers`. */
export function schemes({ issuer, usersFile, certificates }: Settings, key: SigningKey): Readonly<Record<string, SchemeConfig>> {
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
    certificates: { mutualSslConfig: certificateMappings(certificates) },
    keys: { apiKeysConfig: { header: 'x-api-key' } },
  };
}

/**
 * The mappings say who the holder of a certificate is; the name in the certificate does not count. The gateway acts for the user whom it names in the
 * `WSO2-Identity-User` header, if the mapping lists that user. The reporter acts for itself, with a role of its own.
 */
function certificateMappings({ keys }: Certificates): MutualSslConfig {
  return {
    userMappings: [{ ...holderOf(keys.gateway), allowedUsernames: ['manager', 'viewer'] }],
    systemMappings: [{ ...holderOf(keys.reporter), allowedSystemUser: 'reporting', roles: ['viewer'] }],
  };
}

/** The thumbprint of a certificate. It is usually written in the configuration, but the sample makes new certificates on every machine. */
function holderOf({ certFile }: KeyFiles): { trustedIssuer: string; certThumbprint: string } {
  return { trustedIssuer: ISSUER_NAME, certThumbprint: new X509Certificate(readFileSync(certFile)).fingerprint256 };
}
