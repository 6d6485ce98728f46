import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { MutualSslConfig, SchemeConfig } from 'nest-service-auth';
import type { KeyFiles } from '../../support/keys/local-ca.js';
import type { SigningKey } from '../../support/keys/signing-key.js';
import { type Certificates, ISSUER_NAME } from '../certificates.js';
import type { Settings } from '../settings.js';

/** The `aud` of the tokens that this service issues for itself. */
export const AUDIENCE = 'identity-api';

/** The four ways to say who one is. The rules name them in `allowed_auth_handlers`. */
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
 * A name in a certificate means nothing here: the mappings say who its holder is. The gateway speaks for users who have come through it, whom it
 * names in the `WSO2-Identity-User` header, and for nobody else; the reporter is a user of its own, with a role.
 */
function certificateMappings({ keys }: Certificates): MutualSslConfig {
  return {
    userMappings: [{ ...holderOf(keys.gateway), allowedUsernames: ['manager', 'viewer'] }],
    systemMappings: [{ ...holderOf(keys.reporter), allowedSystemUser: 'reporting', roles: ['viewer'] }],
  };
}

/** One certificate and no other. A configuration usually has its thumbprint in writing; those of the sample are new on every machine. */
function holderOf({ certFile }: KeyFiles): { trustedIssuer: string; certThumbprint: string } {
  return { trustedIssuer: ISSUER_NAME, certThumbprint: new X509Certificate(readFileSync(certFile)).fingerprint256 };
}
