import type { Type } from '@nestjs/common';
import { type BuiltIn, BuiltInStrategy } from './built-in-strategy.js';
import type { AuthStrategy } from './strategy.js';

/** The strategies that come with the module, one entry each. Their files are imported when a scheme has their config. */
const BUILT_IN: readonly BuiltIn[] = [
  { configKey: 'jwtValidatorConfig', method: 'jwt', load: async () => (await import('./jwt/jwt.strategy.js')).JwtStrategy },
  {
    configKey: 'fileUserStoreConfig',
    method: 'basic',
    load: async () => (await import('./basic/file/file-user-store.strategy.js')).FileUserStoreStrategy,
  },
  {
    configKey: 'ldapUserStoreConfig',
    method: 'basic',
    load: async () => (await import('./basic/ldap/ldap-user-store.strategy.js')).LdapUserStoreStrategy,
  },
  {
    configKey: 'oauth2IntrospectionConfig',
    method: 'introspection',
    load: async () => (await import('./oauth2-introspection/oauth2-introspection.strategy.js')).OAuth2IntrospectionStrategy,
  },
  {
    configKey: 'mutualSslConfig',
    method: 'mtls',
    load: async () => (await import('./mutual-tls/mutual-tls.strategy.js')).MutualTlsStrategy,
  },
  { configKey: 'apiKeyStoreConfig', method: 'apiKey', load: async () => (await import('./api-key/api-key.strategy.js')).ApiKeyStrategy },
];

/**
 * Makes the built-in strategies of one application.
 *
 * @param create - makes an instance of a class, with its dependencies.
 */
export function builtInStrategies(create: (type: Type<AuthStrategy>) => Promise<AuthStrategy>): readonly BuiltInStrategy[] {
  return BUILT_IN.map((builtIn) => new BuiltInStrategy(builtIn, create));
}
