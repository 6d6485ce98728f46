import { Injectable } from '@nestjs/common';
import { AuthConfigurationError, type Authenticator, type AuthStrategy, createPrincipal, type Verdict } from 'nest-service-auth';
import { ApiKeys } from './api-keys.js';

/** Authentication by an API key. */
export interface ApiKeysConfig {
  /** The header field that carries the key, in lower case. */
  readonly header: string;
}

declare module 'nest-service-auth' {
  interface AuthSchemeConfigs {
    /** Authentication by an API key, in a header field. */
    apiKeysConfig: ApiKeysConfig;
  }
}

/** A custom strategy. Its config key, `apiKeysConfig`, is used like a built-in one. */
@Injectable()
export class ApiKeyStrategy implements AuthStrategy<ApiKeysConfig> {
  readonly configKey = 'apiKeysConfig';

  constructor(private readonly keys: ApiKeys) {}

  prepare({ header }: ApiKeysConfig, name: string): Authenticator {
    if (!/^[a-z0-9-]+$/.test(header))
      throw new AuthConfigurationError([{ path: 'header', message: 'must be the name of a header field, in lower case.' }]);
    return {
      challenges: [{ scheme: 'ApiKey' }],
      authenticate: ({ headers }) => this.judge(headers[header], name),
    };
  }

  private judge(key: string | readonly string[] | undefined, scheme: string): Verdict {
    if (key === undefined) return { outcome: 'absent' };
    // Node joins a field that was sent twice with a comma. No key contains one, so it is refused.
    const holder = typeof key === 'string' ? this.keys.holderOf(key) : undefined;
    if (holder === undefined) return { outcome: 'rejected', reason: 'unknown_key' };
    const { name: username, roles, scopes } = holder;
    return { outcome: 'accepted', principal: createPrincipal({ scheme, method: 'api-key', username, roles, scopes }) };
  }
}
