import type { AuthorizationServer, Client, ClientAuth } from 'oauth4webapi';
import { loadOAuth } from '../config/load-libraries.js';
import { fieldError } from '../errors.js';
import type { ClientSecretAuthConfig, DirectAuthConfig, PrivateKeyJwtAuthConfig } from './client-auth.config.js';
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

async function toClientAuth(config: DirectAuthConfig): Promise<ClientAuth> {
  switch (config.method) {
    case 'client_secret_basic':
      return clientSecretBasic(config);
    case 'client_secret_post':
      return (await loadOAuth()).ClientSecretPost(config.clientSecret);
    case 'private_key_jwt':
      return clientAssertion(config);
    case 'tls_client_auth':
      return (await loadOAuth()).TlsClientAuth();
  }
}

/**
 * Sends the identifier and the secret by HTTP Basic. They are encoded as forms are, but only where a server that decodes would read something else: the
 * characters that RFC 3986 leaves alone, and `!'()*`, stay as they are, because some servers do not decode; a blank is `%20`, which decoders of forms and of
 * URLs both understand. The library would encode `-`, `_`, `.` and `~` as well.
 *
 * @throws AuthConfigurationError with the paths `clientId` and `clientSecret`.
 * @see RFC 6749 §2.3.1, RFC 3986 §2.3
 */
function clientSecretBasic({ clientId, clientSecret }: ClientSecretAuthConfig): ClientAuth {
  const pair = `${encoded(clientId, 'clientId')}:${encoded(clientSecret, 'clientSecret')}`;
  const authorization = `Basic ${Buffer.from(pair, 'latin1').toString('base64')}`;
  return (_as, _client, _body, headers) => headers.set('authorization', authorization);
}

function encoded(text: string, path: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw fieldError(path, 'is not valid Unicode: it has half of a surrogate pair.');
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
  const { modifyAssertion, PrivateKeyJwt } = await loadOAuth();
  return PrivateKeyJwt(config.keyId === undefined ? key : { key, kid: config.keyId }, {
    // The library writes Ed25519, the fully specified name, which many servers do not know yet.
    [modifyAssertion]: (header: { alg?: unknown }) => {
      header.alg = algorithm;
    },
  });
}
