import * as z from 'zod';
import { fields, optional, text } from '../../../config/schema.js';
import { cacheConfigOrFalse } from '../../../memory/cache-config.js';
import { failedLoginsConfig } from '../failed-logins.schema.js';
import type { FileUserStoreConfig } from './file-user-store.config.js';

/** The schema of a {@link FileUserStoreConfig}. */
export const fileUserStoreConfig = fields(() => ({
  path: optional(text),
  allowPlainText: optional(z.boolean()),
  cacheConfig: optional(cacheConfigOrFalse),
  failedLogins: optional(failedLoginsConfig),
})) satisfies z.ZodType<FileUserStoreConfig>;
