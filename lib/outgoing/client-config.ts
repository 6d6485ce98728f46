import * as z from 'zod';
import { fields, optional, text } from '../config/schema.js';
import { isHeaderName, isHeaderValue } from '../http/header-field.js';
import type { Pkcs12File } from '../tls/pkcs12.js';

/** A certificate and its private key: PEM files (or the PEM text itself), or one PKCS#12 file. Paths are relative to the working directory. */
export type KeyConfig =
  | {
      /** The certificate and what leads to its issuer: a PEM file, or the PEM itself. */
      readonly certFile: string;
      /** The private key: a PEM file, or the PEM itself. */
      readonly keyFile: string;
      /** What an encrypted key was encrypted with. */
      readonly keyPassword?: string;
    }
  | Pkcs12File;

/** TLS of an outgoing connection. */
export interface ClientSecureSocket {
  /**
   * The CAs to trust instead of the system's, or the one certificate to expect: a PEM file or the PEM text, several in one where wanted; or a
   * PKCS#12 trust store. The host's name is verified in any case.
   */
  readonly cert?: string | Pkcs12File;
  /** The client certificate to present. */
  readonly key?: KeyConfig;
  /**
   * Turns the verification of the server's certificate off: never in production.
   * @defaultValue false
   */
  readonly disable?: boolean;
}

/** How to reach an endpoint of somebody else's. */
export interface ClientConfig {
  /** Header fields to send with every request; those that the protocol itself needs win. */
  readonly customHeaders?: Readonly<Record<string, string>>;
  /** TLS; the default trusts the system's CAs. An empty object is a mistake. */
  readonly secureSocket?: ClientSecureSocket;
  /**
   * Seconds that a whole exchange may take, from connecting to the last octet of the answer.
   * @defaultValue 5
   */
  readonly timeout?: number;
  /**
   * Accepts `http:` URLs that do not lead to this machine itself.
   * @defaultValue false
   */
  readonly allowHttp?: boolean;
  /** Accepted so that a Ballerina configuration can be carried over, and ignored: HTTP/1.1 is spoken. */
  readonly httpVersion?: string;
}

const pkcs12 = fields({ path: text, password: z.string() });

/** The schema of certificates to trust: a PEM file, the PEM text, or a PKCS#12 trust store. */
export const trustSchema = z.union([text, pkcs12], {
  error: 'must be the path of a PEM file, the PEM text itself, or { path, password } of a PKCS#12 trust store',
});

/** The schema of a {@link KeyConfig}. */
export const keyConfigSchema = fields({
  certFile: optional(text),
  keyFile: optional(text),
  keyPassword: optional(z.string()),
  path: optional(text),
  password: optional(z.string()),
}).transform(({ certFile, keyFile, keyPassword, path, password }, context): KeyConfig => {
  if (certFile !== undefined && keyFile !== undefined && path === undefined && password === undefined)
    return { certFile, keyFile, ...(keyPassword !== undefined && { keyPassword }) };
  if (path !== undefined && password !== undefined && certFile === undefined && keyFile === undefined && keyPassword === undefined)
    return { path, password };
  context.addIssue('must have certFile and keyFile (and keyPassword if the key is encrypted), or path and password of a PKCS#12 file');
  return z.NEVER;
});

/** The schema of a {@link ClientSecureSocket}. */
export const clientSecureSocketSchema = fields({
  cert: optional(trustSchema),
  key: optional(keyConfigSchema),
  disable: optional(z.boolean()),
}).refine((given) => Object.keys(given).length > 0, 'is empty: name cert, key or disable, or leave it out to trust the CAs of the system');

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
