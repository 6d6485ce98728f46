import { Inject, Injectable } from '@nestjs/common';
import { parseConfig } from '../../../config/schema.js';
import { ignoredCacheFields } from '../../../memory/cache-config.js';
import { aboutScheme, noteIgnored } from '../../../operator/notes.js';
import { type Authenticator, type AuthStrategy, StrategyHost } from '../../strategy.js';
import { BASIC_MECHANISM, createBasicAuthenticator } from '../basic-authenticator.js';
import { HashQueue } from '../password/hash-queue.js';
import type { FileUserStoreConfig } from './file-user-store.config.js';
import { FileUserStore } from './file-user-store.js';
import { fileUserStoreConfig } from './file-user-store.schema.js';

/** Basic authentication of the users in a TOML file. @see RFC 7617 */
@Injectable()
export class FileUserStoreStrategy implements AuthStrategy<FileUserStoreConfig> {
  readonly configKey = 'fileUserStoreConfig';
  readonly method = 'basic';
  readonly mechanism = BASIC_MECHANISM;
  /** One for all files of the application: they share the machine. */
  private readonly queue = new HashQueue();

  constructor(@Inject(StrategyHost) private readonly host: StrategyHost) {}

  async prepare(config: FileUserStoreConfig, name: string): Promise<Authenticator> {
    const { path = 'Config.toml', allowPlainText = false, cacheConfig, failedLogins } = parseConfig(fileUserStoreConfig, config);
    noteIgnored(
      ignoredCacheFields(cacheConfig || undefined),
      aboutScheme(name, this.configKey, (message) => this.host.warn(message)),
    );
    const store = await FileUserStore.open({ path, allowPlainText, queue: this.queue, host: this.host });
    try {
      return createBasicAuthenticator({ name, store, host: this.host, cacheConfig, failedLogins });
    } catch (error) {
      await store.close();
      throw error;
    }
  }
}
