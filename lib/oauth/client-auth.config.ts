import * as z from 'zod';
import { chosen, fields, optional, text } from '../config/schema.js';
import { isJsonObject } from '../json-object.js';
import { type ClientConfig, clientConfigFields } from '../outgoing/client-config.js';

/** Authenticates this application to an authorization server with its identifier and its secret. @see RFC 6749 §2.3.1 */
export interface ClientSecretAuthConfig {
  /** How the secret is sent: in the `Authorization` header, or in the request's body. */
  readonly method: 'client_secret_basic' | 'client_secret_post';
  /** The client's identifier. */
  readonly clientId: string;
  /** The client's secret. */
  readonly clientSecret: string;
}

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const;

/** Algorithms that an assertion may be signed with. */
export type AssertionAlgorithm = (typeof ALGORITHMS)[number];

/** Authenticates this application to an authorization server with an assertion signed with a private key. @see RFC 7523 §2.2 */
export interface PrivateKeyJwtAuthConfig {
  /** A signed assertion is sent with every request. */
  readonly method: 'private_key_jwt';
  /** The client's identifier. */
  readonly clientId: string;
  /** The private key: a PEM file, or the PEM text itself. */
  readonly keyFile: string;
  /** The password of an encrypted key. */
  readonly keyPassword?: string;
  /** The `kid` of the key, where the authorization server knows several. */
  readonly keyId?: string;
  /**
   * The signature's algorithm.
   * @defaultValue the one that fits the key: RS256, ES256, ES384, ES512 or EdDSA
   */
  readonly algorithm?: AssertionAlgorithm;
  /**
   * The `aud` of the assertion: most servers expect their issuer identifier.
   * @defaultValue the `issuer` of the config where it has one, else the URL of the endpoint
   */
  readonly audience?: string;
}

/** Authenticates this application to an authorization server with the client certificate of `secureSocket.key`. @see RFC 8705 §2 */
export interface TlsClientAuthConfig {
  /** The certificate of the connection authenticates the client. It may be self-signed if the server knows it. */
  readonly method: 'tls_client_auth';
  /** The client's identifier. */
  readonly clientId: string;
}

/** A way to authenticate to an authorization server that needs no exchange of its own. */
export type DirectAuthConfig = ClientSecretAuthConfig | PrivateKeyJwtAuthConfig | TlsClientAuthConfig;

/** @internal The schema of an {@link AssertionAlgorithm}. */
export const assertionAlgorithm = z.enum(ALGORITHMS);

const clientSecretAuth = fields(() => ({
  method: z.enum(['client_secret_basic', 'client_secret_post']),
  clientId: text,
  clientSecret: text,
}));

/** @internal The schemas of the {@link DirectAuthConfig}s, by `method`. */
export const directAuthSchemas = {
  client_secret_basic: clientSecretAuth,
  client_secret_post: clientSecretAuth,
  private_key_jwt: fields(() => ({
    method: z.literal('private_key_jwt'),
    clientId: text,
    keyFile: text,
    keyPassword: optional(z.string()),
    keyId: optional(text),
    algorithm: optional(assertionAlgorithm),
    audience: optional(text),
  })),
  tls_client_auth: fields(() => ({ method: z.literal('tls_client_auth'), clientId: text })),
};

/** @internal The schema of a config whose `method` says which of `schemas` it has. */
export function chosenByMethod<Schemas extends Readonly<Record<string, z.ZodType>>>(schemas: Schemas) {
  type Config = z.output<Schemas[keyof Schemas]>;
  const byMethod = new Map<unknown, z.ZodType>(Object.entries(schemas));
  const unknown = () => z.looseObject({ method: z.enum(Object.keys(schemas)) });
  return chosen((given) => byMethod.get(isJsonObject(given) ? given.method : undefined) ?? unknown()) as z.ZodType<Config>;
}

/** @internal Makes the schemas of the fields of a `clientConfig` for an authorization server, beside `auth`. */
export const authServerFields = () => ({
  ...clientConfigFields(),
  customPayload: optional(z.never({ error: 'is not supported: use optionalParams, whose values are encoded' })),
});

/** Whether a `clientConfig` has the certificate that its `auth` needs. */
export function hasCertificateForAuth({ auth, secureSocket }: ClientConfig & { readonly auth?: { readonly method: string } }): boolean {
  return auth?.method !== 'tls_client_auth' || secureSocket?.key !== undefined;
}

/** The issue where {@link hasCertificateForAuth} is false. */
export const CERTIFICATE_NEEDED = {
  path: ['secureSocket', 'key'],
  error: 'is needed: with auth.method "tls_client_auth" the client certificate authenticates this application',
};

/** @internal The schema of additional parameters, none of which may be `reserved`: with two parameters of one name the server would choose. */
export function parametersExcept(reserved: ReadonlySet<string>) {
  const name = text.refine((given) => !reserved.has(given), 'is a parameter of the protocol, which has a field of its own');
  return z.record(name, z.string());
}
