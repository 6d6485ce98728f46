import { type AuthorizationServer, type Client, type ClientAuth, ClientSecretBasic, ClientSecretPost, TlsClientAuth } from 'oauth4webapi';
import { clientAssertion } from './client-assertion.js';
import type { ClientCredentialsAuthConfig, IntrospectionAuthConfig } from './config.js';

/** Says to the introspection endpoint who asks. */
export interface ClientAuthentication {
  /** Adds what says it to a request. */
  sign(body: URLSearchParams, headers: Headers): void | Promise<void>;
  /** Forgets a credential that the endpoint refused; only there where a new one can be had, so that it is worth asking again. */
  renew?(refused: Headers): void;
  /** Lets go of connections. */
  close?(): Promise<void>;
}

/** Says nothing: custom header fields, or the network, must do. */
export const NO_AUTHENTICATION: ClientAuthentication = { sign: () => {} };

/** A way to authenticate that needs no exchange of its own. */
export type DirectAuthConfig = Exclude<IntrospectionAuthConfig, ClientCredentialsAuthConfig>;

/**
 * Prepares a client authentication method.
 *
 * @param server - the `aud` of an assertion, unless the config names one.
 * @throws AuthConfigurationError with paths relative to `auth`.
 */
export async function directAuthentication(config: DirectAuthConfig, server: string): Promise<ClientAuthentication> {
  const method = await toClientAuth(config);
  const issuer = (config.method === 'private_key_jwt' ? config.audience : undefined) ?? server;
  const as: AuthorizationServer = { issuer };
  const client: Client = { client_id: config.clientId };
  return { sign: (body, headers) => method(as, client, body, headers) };
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
