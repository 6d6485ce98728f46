import * as z from 'zod';
import { fields, optional, text } from '../config/schema.js';
import { isHeaderName, isHeaderValue } from '../http/header-field.js';
import type { ClientSecureSocket } from '../tls/secure-socket.config.js';
import { clientSecureSocketSchema } from '../tls/secure-socket.schema.js';

/** How to reach an endpoint of another server. */
export interface ClientConfig {
  /** Header fields to send with every request. Fields that the protocol needs take precedence. */
  readonly customHeaders?: Readonly<Record<string, string>>;
  /** TLS. By default the system's CAs are trusted. An empty object is rejected. */
  readonly secureSocket?: ClientSecureSocket;
  /**
   * Seconds that a whole exchange may take, from connecting to the last byte of the answer.
   * @defaultValue 5
   */
  readonly timeout?: number;
  /**
   * Accepts `http:` URLs of other machines.
   * @defaultValue false
   */
  readonly allowHttp?: boolean;
  /** Accepted for Ballerina configurations, and ignored: HTTP/1.1 is used. */
  readonly httpVersion?: string;
}

/** Field names, in lower case, that the HTTP client itself must write. @see RFC 9110 §7.6.1 */
export const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Header fields by lower-case name. */
export function lowerCaseNames(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Whether there is an `Authorization` field among header fields. */
export function hasAuthorization(headers?: Readonly<Record<string, string>>): boolean {
  return 'authorization' in lowerCaseNames(headers);
}

const headerName = text
  .refine(isHeaderName, 'is not the name of a header field')
  .refine((name) => !RESERVED_HEADERS.has(name.toLowerCase()), 'is written by the HTTP client itself');

/** The fields of a {@link ClientConfig}, for configs that have more of them. */
export const clientConfigFields = {
  customHeaders: optional(z.record(headerName, z.string().refine(isHeaderValue, 'must not contain control characters or line breaks'))),
  secureSocket: optional(clientSecureSocketSchema),
  timeout: optional(
    z.number().refine((timeout) => timeout > 0 && timeout <= 86_400, 'must be a number of seconds above 0, and at most 86400 (a day)'),
  ),
  allowHttp: optional(z.boolean()),
  httpVersion: optional(text),
};

/** The schema of a {@link ClientConfig}. */
export const clientConfigSchema = fields(clientConfigFields) satisfies z.ZodType<ClientConfig>;

/** The fields of the config at `path` that are accepted and ignored. */
export function ignoredClientFields(config: ClientConfig | undefined, path = 'clientConfig'): string[] {
  return config?.httpVersion === undefined ? [] : [`${path}.httpVersion`];
}
