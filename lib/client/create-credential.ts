import { within } from '../errors.js';
import { HeldTokens } from '../oauth/held-tokens.js';
import type { Surroundings } from '../outgoing/surroundings.js';
import type { CheckedAuth } from './auth-client.schema.js';
import { basicAuthorization, type Credential, fixedCredential, NO_CREDENTIAL } from './credential.js';
import { clientCredentialsGrant, jwtBearerGrant, refreshTokenGrant, tokenExchangeGrant } from './grants.js';
import type { JwtIssuerConfig } from './jwt-issuer.config.js';
import { createJwtIssuer } from './jwt-issuer.js';
import { tokenCredential } from './token-credential.js';

/**
 * Prepares the credentials of a client.
 *
 * @param client - the client's name.
 * @throws AuthConfigurationError with paths relative to `auth`.
 */
export async function createCredential(
  auth: CheckedAuth | false | undefined,
  client: string,
  surroundings: Surroundings,
): Promise<Credential> {
  if (auth === undefined || auth === false) return NO_CREDENTIAL;
  return within(Object.keys(auth)[0] ?? '', () => credentialOf(auth, { client, surroundings }));
}

async function credentialOf(auth: CheckedAuth, asking: { client: string; surroundings: Surroundings }): Promise<Credential> {
  if (auth.credentialsConfig) return fixedCredential(basicAuthorization(auth.credentialsConfig));
  if (auth.bearerTokenConfig) return fixedCredential(`Bearer ${auth.bearerTokenConfig.token}`);
  if (auth.jwtIssuerConfig) return selfSigned(auth.jwtIssuerConfig, asking.surroundings);
  if (auth.oauth2ClientCredentialsGrantConfig) return clientCredentialsGrant(auth.oauth2ClientCredentialsGrantConfig, asking);
  if (auth.oauth2RefreshTokenGrantConfig) return refreshTokenGrant(auth.oauth2RefreshTokenGrantConfig, asking);
  if (auth.oauth2JwtBearerGrantConfig) return jwtBearerGrant(auth.oauth2JwtBearerGrantConfig, asking);
  if (auth.oauth2TokenExchangeGrantConfig) return tokenExchangeGrant(auth.oauth2TokenExchangeGrantConfig, asking);
  throw new TypeError('auth was not checked.');
}

async function selfSigned(config: JwtIssuerConfig, { clock }: Surroundings): Promise<Credential> {
  return tokenCredential({ ofCaller: false, tokens: new HeldTokens({ clock }), obtain: await createJwtIssuer(config, clock) });
}
