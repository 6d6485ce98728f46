import type { Type } from '@nestjs/common';
import { ApiKeyStrategy } from './api-key/api-key.strategy.js';
import { FileUserStoreStrategy } from './basic/file/file-user-store.strategy.js';
import { LdapUserStoreStrategy } from './basic/ldap/ldap-user-store.strategy.js';
import { JwtStrategy } from './jwt/jwt.strategy.js';
import { MutualTlsStrategy } from './mutual-tls/mutual-tls.strategy.js';
import { OAuth2IntrospectionStrategy } from './oauth2-introspection/oauth2-introspection.strategy.js';
import type { AuthStrategy } from './strategy.js';

/** The strategies that come with the module, one line each. */
export const BUILT_IN_STRATEGIES: readonly Type<AuthStrategy>[] = [
  JwtStrategy,
  FileUserStoreStrategy,
  LdapUserStoreStrategy,
  OAuth2IntrospectionStrategy,
  MutualTlsStrategy,
  ApiKeyStrategy,
];
