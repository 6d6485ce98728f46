import type { CacheConfig } from '../../../memory/cache-config.js';
import type { FailedLoginsConfig } from '../failed-logins.config.js';

/** Basic authentication of the users in a TOML file: Ballerina's `auth:FileUserStoreConfig`, and more. */
export interface FileUserStoreConfig {
  /**
   * The file with the users, relative to the working directory. It is read again when it changes.
   * @defaultValue 'Config.toml'
   */
  readonly path?: string;
  /**
   * Accepts passwords in clear in the file: for demonstrations, never where real users log in.
   * @defaultValue false
   */
  readonly allowPlainText?: boolean;
  /**
   * How many verified logins are cached, and for how long; `false` caches none.
   * @defaultValue 1000 for 300 seconds
   */
  readonly cacheConfig?: CacheConfig | false;
  /** How many failed logins are answered before a caller must wait; `false` sets no limit. */
  readonly failedLogins?: FailedLoginsConfig | false;
}

declare module '../../strategy.js' {
  interface AuthSchemeConfigs {
    /** Basic authentication of the users in a TOML file. */
    fileUserStoreConfig: FileUserStoreConfig;
  }
}
