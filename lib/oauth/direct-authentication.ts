import {
  type AuthorizationServer,
  type Client,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  modifyAssertion,
  PrivateKeyJwt,
  TlsClientAuth,
} from 'oauth4webapi';
import type { DirectAuthConfig, PrivateKeyJwtAuthConfig } from './client-auth.config.js';
import { loadSigningKey } from './signing-key.js';

/** Adds to a request how this application authenticates. */
export type Signer = (body: URLSearchParams, headers: Headers) => void | Promise<void>;

/**
 * Prepares a client authentication method.
 *
 * @param server - the `aud` of an assertion, unless the config names one.
 * @throws AuthConfigurationError with paths relative to `auth`.
 */
export async function directAuthentication(config: DirectAuthConfig, server: string): Promise<Signer> {
  const method = await toClientAuth(config);
  const issuer = (config.method === 'private_key_jwt' ? config.audience : undefined) ?? server;
  const as: AuthorizationServer = { issuer };
  const client: Client = { client_id: config.clientId };
  return (body, headers) => method(as, client, body, headers);
}

function toClientAuth(config: DirectAuthConfig): ClientAuth | Promise<ClientAuth> {
  switch (config.method) {
    case 'client_secret_basic':
      return ClientSecretBasic(config.clientSecret);
    case 'client_secret_post':
      return ClientSecretPost(config.clientSecret);
    case 'private_key_jwt':
      return clientAssertion(config);
    case 'tls_client_auth':
      return TlsClientAuth();
  }
}

/**
 * Signs a new assertion for every request.
 *
 * @throws AuthConfigurationError with paths relative to `auth`, if the key cannot be read or does not fit the algorithm.
 * @see RFC 7523 §2.2
 */
async function clientAssertion(config: PrivateKeyJwtAuthConfig): Promise<ClientAuth> {
  const { key, algorithm } = await loadSigningKey(config);
  return PrivateKeyJwt(config.keyId === undefined ? key : { key, kid: config.keyId }, {
    // The library writes Ed25519, the fully specified name, which many servers do not know yet.
    [modifyAssertion]: (header) => {
      header.alg = algorithm;
    },
  });
}
