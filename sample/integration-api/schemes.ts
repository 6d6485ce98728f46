import type { SchemeConfig } from 'nest-service-auth';
import type { Settings } from './settings.js';

/** How to connect to the identity provider: trust only the CA of the sample. */
function trusting({ certificates }: Settings) {
  return { secureSocket: { cert: certificates.caFile } };
}

/** Tokens that the identity provider has signed for one audience. Its keys are fetched every ten minutes. */
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

/** Opaque tokens. Each one is checked at the identity provider, so that a revoked token is refused at once. */
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
        // A real service reads this from its environment.
        auth: { method: 'client_secret_basic', clientId: 'api-service', clientSecret: 'api-service-demo-secret' },
      },
    },
  };
}

/** Users with passwords, whose hashes are in a file. */
export function usersInFile({ usersFile }: Settings): SchemeConfig {
  return { fileUserStoreConfig: { path: usersFile } };
}
