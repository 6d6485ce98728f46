import * as z from 'zod';
import { checkedBy, chosen, fields, optional, text } from '../config/schema.js';
import { isHeaderName, isHeaderValue } from '../http/header-field.js';
import type { ClientSecureSocket } from '../tls/secure-socket.config.js';
import { clientSecureSocketSchema } from '../tls/secure-socket.schema.js';
import { parseProxy } from './proxy.js';

/** The value of a header field that is in a file, such as the token of a service account: it is read again whenever the file changes. */
export interface HeaderFile {
  /** The path of the file. Line breaks at its end do not count. */
  readonly file: string;
  /** What stands before it: `'Bearer '`. */
  readonly prefix?: string;
}

/** How to reach an endpoint of another server. */
export interface ClientConfig {
  /** Header fields to send with every request. Fields that the protocol needs take precedence. */
  readonly customHeaders?: Readonly<Record<string, string | HeaderFile>>;
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
  /**
   * The forward proxy: its URL (`http://user:password@proxy.example.com:3128`), or `'environment'` for those that the environment variables
   * HTTPS_PROXY, HTTP_PROXY and NO_PROXY name. `https:` requests go through a tunnel.
   * @defaultValue false: no proxy, also if the environment names one
   * @see RFC 9110 §9.3.6
   */
  readonly proxy?: 'environment' | (string & {}) | false;
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
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Header fields by lower-case name. */
export function lowerCaseNames<Value = string>(headers: Readonly<Record<string, Value>> = {}): Record<string, Value> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Whether there is an `Authorization` field among header fields. */
export function hasAuthorization(headers?: Readonly<Record<string, unknown>>): boolean {
  return 'authorization' in lowerCaseNames(headers);
}

const headerName = text
  .refine(isHeaderName, 'is not the name of a header field')
  .refine((name) => !RESERVED_HEADERS.has(name.toLowerCase()), 'is written by the HTTP client itself');

const headerValue = z.string().refine(isHeaderValue, 'must not contain control characters or line breaks');
const headerFile = fields(() => ({ file: text, prefix: optional(headerValue) })) satisfies z.ZodType<HeaderFile>;

const proxyAddress = text.superRefine(checkedBy((given) => given === 'environment' || parseProxy(given)));

/** @internal Makes the schemas of the fields of a {@link ClientConfig}, for configs that have more of them. */
export const clientConfigFields = () => ({
  customHeaders: optional(
    z.record(
      headerName,
      chosen<string | HeaderFile>((value) => (typeof value === 'object' && value !== null ? headerFile : headerValue)),
    ),
  ),
  secureSocket: optional(clientSecureSocketSchema),
  timeout: optional(
    z.number().refine((timeout) => timeout > 0 && timeout <= 86_400, 'must be a number of seconds above 0, and at most 86400 (a day)'),
  ),
  allowHttp: optional(z.boolean()),
  proxy: optional(chosen<string | false>((value) => (typeof value === 'boolean' ? z.literal(false) : proxyAddress))),
  httpVersion: optional(text),
});

/** @internal The schema of a {@link ClientConfig}. */
export const clientConfigSchema = fields(clientConfigFields) satisfies z.ZodType<ClientConfig>;

/** The fields of the config at `path` that are accepted and ignored. */
export function ignoredClientFields(config: ClientConfig | undefined, path = 'clientConfig'): string[] {
  return config?.httpVersion === undefined ? [] : [`${path}.httpVersion`];
}
