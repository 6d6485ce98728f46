import { within } from '../errors.js';
import { HeldTokens } from '../oauth/held-tokens.js';
import { openTokenEndpoint } from '../oauth/token-endpoint.js';
import { commonParameters, type Grant, issuedToken, TOKEN_EXCHANGE } from '../oauth/token-request.js';
import { noteUnverified } from '../operator/notes.js';
import type { Surroundings } from '../outgoing/surroundings.js';
import type { Credential } from './credential.js';
import { createDpopKey } from './dpop-key.js';
import type {
  GrantConfig,
  OAuth2ClientCredentialsGrantConfig,
  OAuth2JwtBearerGrantConfig,
  OAuth2RefreshTokenGrantConfig,
  OAuth2TokenExchangeGrantConfig,
} from './grant.config.js';
import { createJwtIssuer } from './jwt-issuer.js';
import { askerOf } from './token-asker.js';
import { tokenCredential } from './token-credential.js';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const DEFAULT_CAPACITY = 1000;

/** The client that obtains tokens. */
interface Asking {
  /** The client's name. */
  readonly client: string;
  readonly surroundings: Surroundings;
}

/** Obtains tokens by the client credentials grant. @throws AuthConfigurationError */
export async function clientCredentialsGrant(config: OAuth2ClientCredentialsGrantConfig, asking: Asking): Promise<Credential> {
  const { ask, sending } = await openEndpoint('tokenUrl', config.tokenUrl, config, asking);
  return sending(() => ask({ type: 'client_credentials', parameters: commonParameters(config) }));
}

/** Obtains tokens with a refresh token, and keeps the refresh token of each answer. @throws AuthConfigurationError */
export async function refreshTokenGrant(config: OAuth2RefreshTokenGrantConfig, asking: Asking): Promise<Credential> {
  const { ask, sending } = await openEndpoint('refreshUrl', config.refreshUrl, config, asking);
  let refreshToken = config.refreshToken;
  return sending(async () => {
    const answer = await ask({ type: 'refresh_token', parameters: [['refresh_token', refreshToken], ...commonParameters(config)] });
    refreshToken = answer.refresh_token ?? refreshToken;
    return answer;
  });
}

/** Obtains tokens with an assertion. @throws AuthConfigurationError */
export async function jwtBearerGrant(config: OAuth2JwtBearerGrantConfig, asking: Asking): Promise<Credential> {
  const { ask, sending } = await openEndpoint('tokenUrl', config.tokenUrl, config, asking);
  const sign = await asserterOf(config, asking);
  return sending(async () => ask({ type: JWT_BEARER, parameters: [['assertion', await sign()], ...commonParameters(config)] }));
}

/** Obtains tokens in exchange for the tokens of callers. @throws AuthConfigurationError */
export async function tokenExchangeGrant(config: OAuth2TokenExchangeGrantConfig, asking: Asking): Promise<Credential> {
  const { ask, sending } = await openEndpoint('tokenUrl', config.tokenUrl, config, asking);
  const fixed: Grant['parameters'] = [
    ['subject_token_type', config.subjectTokenType ?? ACCESS_TOKEN],
    ...(config.requestedTokenType === undefined ? [] : [['requested_token_type', config.requestedTokenType] as const]),
    ...named('audience', config.audience),
    ...named('resource', config.resource),
    ...commonParameters(config),
  ];
  const { capacity = DEFAULT_CAPACITY, defaultMaxAge } = config.cacheConfig ?? {};
  const maxAge = defaultMaxAge === -1 ? undefined : defaultMaxAge;
  const tokens = new HeldTokens({ clock: asking.surroundings.clock, margin: config.clockSkew, capacity, maxAge });
  return sending((callerToken) => ask({ type: TOKEN_EXCHANGE, parameters: [['subject_token', callerToken], ...fixed] }), tokens);
}

async function openEndpoint(field: string, url: string | undefined, config: GrantConfig, { client, surroundings }: Asking) {
  const { issuer, clientId, clientSecret, credentialBearer, clientConfig: { auth, ...clientConfig } = {} } = config;
  const who = { clientId, clientSecret, credentialBearer, auth };
  const endpoint = await openTokenEndpoint({ field, url, issuer, clientConfig, ...who }, surroundings);
  noteUnverified('the token endpoint', clientConfig.secureSocket, surroundings.warn);
  const close = async () => {
    await Promise.all([endpoint.client.close(), endpoint.location.close()]);
  };
  const dpop = config.dpop === true ? await createDpopKey(surroundings.clock) : undefined;
  const ask = askerOf(client, { ...endpoint, dpop: dpop?.handle }, surroundings);
  /** @param ofCallers - the tokens that are kept for callers; left out where the client has one of its own. */
  const sending = (request: (callerToken: string) => ReturnType<typeof ask>, ofCallers?: HeldTokens): Credential => {
    const tokens = ofCallers ?? new HeldTokens({ clock: surroundings.clock, margin: config.clockSkew });
    const obtain = async (callerToken: string) => issuedToken(await request(callerToken), config.defaultTokenExpTime);
    return tokenCredential({ ofCaller: ofCallers !== undefined, tokens, obtain, close, dpop });
  };
  return { ask, sending };
}

async function asserterOf({ assertion }: OAuth2JwtBearerGrantConfig, { surroundings }: Asking): Promise<() => Promise<string>> {
  if (typeof assertion === 'string') return async () => assertion;
  const sign = await within('assertion', () => createJwtIssuer(assertion, surroundings.clock));
  return async () => (await sign()).value;
}

function named(name: string, values: string | readonly string[] = []): (readonly [string, string])[] {
  return [values].flat().map((value) => [name, value] as const);
}
