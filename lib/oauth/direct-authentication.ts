import { type AuthorizationServer, type Client, type ClientAuth, ClientSecretBasic, ClientSecretPost, TlsClientAuth } from 'oauth4webapi';
import { clientAssertion } from './client-assertion.js';
import type { DirectAuthConfig } from './client-auth.config.js';

/** Adds to a request what says who asks. */
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
