import type { SchemeConfig } from 'nest-service-auth';
import type { Settings } from './settings.js';

/** How the identity provider's endpoints are reached: only the sample's own CA is trusted. */
function trusting({ certificates }: Settings) {
  return { secureSocket: { cert: certificates.caFile } };
}

/** Tokens that the identity provider signed for one audience. Its keys are fetched once in ten minutes. */
export function signedTokens(settings: Settings, audience: keyof Settings['audiences']): SchemeConfig {
  return {
    jwtValidatorConfig: {
      issuer: settings.issuer,
      audience: settings.audiences[audience],
      typ: 'at+jwt',
      scopeKey: 'scp',
      usernameKey: 'client_id',
      signatureConfig: {
        jwksConfig: { url: `${settings.issuer}/jwks`, cacheConfig: { defaultMaxAge: 600 }, clientConfig: trusting(settings) },
      },
      cacheConfig: { capacity: 1000 },
    },
  };
}

/** Tokens that say nothing themselves: the identity provider is asked about every one, so that a revoked one is refused at once. */
export function introspectedTokens(settings: Settings, audience: keyof Settings['audiences']): SchemeConfig {
  return {
    oauth2IntrospectionConfig: {
      url: `${settings.issuer}/token/introspection`,
      tokenTypeHint: 'access_token',
      issuer: settings.issuer,
      audience: settings.audiences[audience],
      usernameKey: 'client_id',
      clientConfig: {
        ...trusting(settings),
        // A real service has this from its environment.
        auth: { method: 'client_secret_basic', clientId: 'api-service', clientSecret: 'api-service-demo-secret' },
      },
    },
  };
}

/** Users with a password, in a file of hashes. */
export function usersInFile({ usersFile }: Settings): SchemeConfig {
  return { fileUserStoreConfig: { path: usersFile } };
}
