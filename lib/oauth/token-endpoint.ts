import { within } from '../errors.js';
import type { ClientConfig } from '../outgoing/client-config.js';
import type { Surroundings } from '../outgoing/surroundings.js';
import type { DirectAuthConfig } from './client-auth.config.js';
import { directAuthentication, type Signer } from './direct-authentication.js';
import { locationOf } from './endpoint-location.js';
import type { TokenEndpoint } from './token-request.js';

/** Where a token endpoint is, how to reach it, and how this application authenticates to it. */
export interface TokenEndpointConfig {
  /** The name of the field with the URL. */
  readonly field: string;
  readonly url?: string | undefined;
  /** The issuer whose metadata name the token endpoint where there is no URL. */
  readonly issuer?: string | undefined;
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
 * @throws AuthConfigurationError with the paths `field`, `issuer`, `clientConfig` and `clientConfig.auth`.
 */
export async function openTokenEndpoint(config: TokenEndpointConfig, surroundings: Surroundings): Promise<TokenEndpoint> {
  const { field, url, issuer, clientConfig } = config;
  const location = locationOf({ field, url, issuer, member: 'token_endpoint', clientConfig }, surroundings);
  // Without a URL the issuer itself names the server, as it is written.
  const sign = await signerOf(config, url === undefined ? (issuer ?? '') : location.name.href);
  return { location, sign, client: within('clientConfig', () => surroundings.createClient(clientConfig)) };
}

async function signerOf({ auth, clientId, clientSecret, credentialBearer }: TokenEndpointConfig, server: string): Promise<Signer> {
  if (auth !== undefined) return within('clientConfig.auth', () => directAuthentication(auth, server));
  if (clientId === undefined) return () => {};
  if (clientSecret === undefined) return (body) => body.set('client_id', clientId);
  const method = credentialBearer === 'POST_BODY_BEARER' ? 'client_secret_post' : 'client_secret_basic';
  return directAuthentication({ method, clientId, clientSecret }, server);
}
