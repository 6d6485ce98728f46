import { Injectable } from '@nestjs/common';
import {
  AuthConfigurationError,
  type Authenticator,
  type AuthRequest,
  type AuthStrategy,
  createPrincipal,
  type Verdict,
} from 'nest-service-auth';

export interface ApiKeyConfig {
  /** The scopes of each key. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** Answers as a promise, as a strategy that asks somebody would. */
  readonly slow?: boolean;
  /** Fails as a strategy whose server is down. */
  readonly down?: boolean;
}

declare module 'nest-service-auth' {
  interface AuthSchemeConfigs {
    apiKeyConfig: ApiKeyConfig;
  }
}

/** A custom strategy, as a user would write it: keys in the `X-Api-Key` header. */
@Injectable()
export class ApiKeyStrategy implements AuthStrategy<ApiKeyConfig> {
  readonly configKey = 'apiKeyConfig';

  prepare(config: ApiKeyConfig, name: string): Authenticator {
    if (config.keys === undefined) throw new AuthConfigurationError([{ path: 'keys', message: 'is required' }]);
    const accepted = new Map(
      Object.entries(config.keys).map(([key, scopes]) => [
        key,
        Object.freeze({
          outcome: 'accepted',
          principal: createPrincipal({ scheme: name, method: 'api-key', username: key, scopes }),
        } as const),
      ]),
    );
    const judge = (request: AuthRequest): Verdict => {
      const key = request.headers['x-api-key'];
      if (typeof key !== 'string') return { outcome: 'absent' };
      return accepted.get(key) ?? { outcome: 'rejected', reason: 'unknown_key' };
    };
    return {
      challenges: [{ scheme: 'ApiKey' }],
      authenticate(request) {
        if (config.down) throw new Error('the key server is down');
        return config.slow ? Promise.resolve(judge(request)) : judge(request);
      },
    };
  }
}
