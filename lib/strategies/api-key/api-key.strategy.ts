import { Inject, Injectable } from '@nestjs/common';
import { SYSTEM_CLOCK } from '../../clock.js';
import { parseConfig } from '../../config/schema.js';
import { WatchedTables } from '../../config/watched-tables.js';
import { aboutScheme } from '../../operator/notes.js';
import { type Authenticator, type AuthStrategy, StrategyHost } from '../strategy.js';
import { ApiKeyAuthenticator, ApiKeyMechanism } from './api-key.authenticator.js';
import type { ApiKeyStoreConfig } from './api-key-store.config.js';
import { apiKeyStoreConfig } from './api-key-store.schema.js';
import { KEY_PLACES, readApiKeys } from './api-keys.js';

/** Authenticates clients by the API keys of a TOML file: the strategy behind `apiKeyStoreConfig`. */
@Injectable()
export class ApiKeyStrategy implements AuthStrategy<ApiKeyStoreConfig> {
  readonly configKey = 'apiKeyStoreConfig';
  readonly method = 'apiKey';
  readonly mechanism = new ApiKeyMechanism();

  constructor(@Inject(StrategyHost) private readonly host: StrategyHost) {}

  async prepare(config: ApiKeyStoreConfig, name: string): Promise<Authenticator> {
    const { path = 'Config.toml', header = 'x-api-key' } = parseConfig(apiKeyStoreConfig, config);
    const keys = await WatchedTables.open({
      path,
      nouns: 'API keys',
      places: KEY_PLACES,
      whenNone: 'no client is admitted by a key',
      parse: (text) => readApiKeys(text, path, name),
      warn: aboutScheme(name, this.configKey, (message) => this.host.warn(message)),
    });
    return new ApiKeyAuthenticator(keys, header.toLowerCase(), SYSTEM_CLOCK);
  }
}
