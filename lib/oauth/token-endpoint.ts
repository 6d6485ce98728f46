import { within } from '../errors.js';
import type { ClientConfig } from '../outgoing/client-config.js';
import { parseEndpoint } from '../outgoing/endpoint.js';
import type { Surroundings } from '../outgoing/surroundings.js';
import type { DirectAuthConfig } from './client-auth.config.js';
import { directAuthentication, type Signer } from './direct-authentication.js';
import type { TokenEndpoint } from './token-request.js';

/** Where a token endpoint is, how to reach it, and how this application authenticates to it. */
export interface TokenEndpointConfig {
  /** The name of the field with the URL. */
  readonly field: string;
  readonly url: string;
  readonly clientConfig: ClientConfig;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly credentialBearer?: 'AUTH_HEADER_BEARER' | 'POST_BODY_BEARER' | undefined;
  /** Replaces the client's identifier and secret: `clientConfig.auth`. */
  readonly auth?: DirectAuthConfig | undefined;
}

/**
 * Prepares a token endpoint.
 *
 * @throws AuthConfigurationError with the paths `field`, `clientConfig` and `clientConfig.auth`.
 */
export async function openTokenEndpoint(config: TokenEndpointConfig, createClient: Surroundings['createClient']): Promise<TokenEndpoint> {
  const { field, clientConfig } = config;
  const url = within(field, () => parseEndpoint(config.url, clientConfig.allowHttp));
  const sign = await signerOf(config, url);
  return { url, sign, client: within('clientConfig', () => createClient(clientConfig)) };
}

async function signerOf({ auth, clientId, clientSecret, credentialBearer }: TokenEndpointConfig, url: URL): Promise<Signer> {
  if (auth !== undefined) return within('clientConfig.auth', () => directAuthentication(auth, url.href));
  if (clientId === undefined) return () => {};
  if (clientSecret === undefined) return (body) => body.set('client_id', clientId);
  const method = credentialBearer === 'POST_BODY_BEARER' ? 'client_secret_post' : 'client_secret_basic';
  return directAuthentication({ method, clientId, clientSecret }, url.href);
}
