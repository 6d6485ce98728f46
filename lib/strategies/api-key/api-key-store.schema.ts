import type * as z from 'zod';
import { fields, optional, text } from '../../config/schema.js';
import { isHeaderName } from '../../http/header-field.js';
import type { ApiKeyStoreConfig } from './api-key-store.config.js';

/** Fields with a meaning and a syntax of their own. A browser sends the last one without being told to. */
const TAKEN: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie']);

const headerName = text
  .refine(isHeaderName, 'is not the name of a header field')
  .refine(
    (name) => !TAKEN.has(name.toLowerCase()),
    'carries credentials in a form of its own: use a field that carries nothing but the key, such as "x-api-key"',
  );

/** The schema of an {@link ApiKeyStoreConfig}. */
export const apiKeyStoreConfig = fields(() => ({
  path: optional(text),
  header: optional(headerName),
})) satisfies z.ZodType<ApiKeyStoreConfig>;
