import { within } from '../errors.js';
import { directAuthentication, type Signer } from '../oauth/direct-authentication.js';
import { HeldTokens } from '../oauth/held-tokens.js';
import { type Grant, issuedToken, scopeParameter, TOKEN_EXCHANGE } from '../oauth/token-request.js';
import { parseEndpoint } from '../outgoing/endpoint.js';
import type { Surroundings } from '../outgoing/surroundings.js';
import { unverifiedServer } from '../tls/client-tls.js';
import type {
  GrantConfig,
  OAuth2ClientCredentialsGrantConfig,
  OAuth2JwtBearerGrantConfig,
  OAuth2RefreshTokenGrantConfig,
  OAuth2TokenExchangeGrantConfig,
} from './grant.config.js';
import { createJwtIssuer } from './jwt-issuer.js';
import { askerOf } from './token-asker.js';
import { TokenCredential } from './token-credential.js';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const DEFAULT_CAPACITY = 1000;

/** A client that gets tokens, and where. */
interface Asking {
  /** The client's name. */
  readonly client: string;
  readonly surroundings: Surroundings;
}

type Parameters = Grant['parameters'];

/** Gets tokens by the client credentials grant. @throws AuthConfigurationError */
export async function clientCredentialsGrant(config: OAuth2ClientCredentialsGrantConfig, asking: Asking): Promise<TokenCredential> {
  const { ask, close } = await openEndpoint('tokenUrl', config.tokenUrl, config, asking);
  const grant = { type: 'client_credentials', parameters: commonParameters(config) };
  const obtain = async () => issuedToken(await ask(grant), config.defaultTokenExpTime);
  return new TokenCredential({ ofCaller: false, tokens: ownTokens(config, asking), obtain, close });
}

/** Gets tokens by a refresh token, and keeps the refresh token that comes with each. @throws AuthConfigurationError */
export async function refreshTokenGrant(config: OAuth2RefreshTokenGrantConfig, asking: Asking): Promise<TokenCredential> {
  const { ask, close } = await openEndpoint('refreshUrl', config.refreshUrl, config, asking);
  let refreshToken = config.refreshToken;
  const obtain = async () => {
    const answer = await ask({ type: 'refresh_token', parameters: [['refresh_token', refreshToken], ...commonParameters(config)] });
    refreshToken = answer.refresh_token ?? refreshToken;
    return issuedToken(answer, config.defaultTokenExpTime);
  };
  return new TokenCredential({ ofCaller: false, tokens: ownTokens(config, asking), obtain, close });
}

/** Gets tokens for an assertion. @throws AuthConfigurationError */
export async function jwtBearerGrant(config: OAuth2JwtBearerGrantConfig, asking: Asking): Promise<TokenCredential> {
  const { ask, close } = await openEndpoint('tokenUrl', config.tokenUrl, config, asking);
  const sign = await asserterOf(config, asking);
  const obtain = async () => {
    const parameters: Parameters = [['assertion', await sign()], ...commonParameters(config)];
    return issuedToken(await ask({ type: JWT_BEARER, parameters }), config.defaultTokenExpTime);
  };
  return new TokenCredential({ ofCaller: false, tokens: ownTokens(config, asking), obtain, close });
}

/** Gets tokens for the tokens of callers. @throws AuthConfigurationError */
export async function tokenExchangeGrant(config: OAuth2TokenExchangeGrantConfig, asking: Asking): Promise<TokenCredential> {
  const { ask, close } = await openEndpoint('tokenUrl', config.tokenUrl, config, asking);
  const fixed: Parameters = [
    ['subject_token_type', config.subjectTokenType ?? ACCESS_TOKEN],
    ...(config.requestedTokenType === undefined ? [] : [['requested_token_type', config.requestedTokenType] as const]),
    ...named('audience', config.audience),
    ...named('resource', config.resource),
    ...commonParameters(config),
  ];
  const { capacity = DEFAULT_CAPACITY, defaultMaxAge } = config.cacheConfig ?? {};
  const maxAge = defaultMaxAge === -1 ? undefined : defaultMaxAge;
  const tokens = new HeldTokens({ clock: asking.surroundings.clock, margin: config.clockSkew, capacity, maxAge });
  const obtain = async (callerToken: string) => {
    const answer = await ask({ type: TOKEN_EXCHANGE, parameters: [['subject_token', callerToken], ...fixed] });
    return issuedToken(answer, config.defaultTokenExpTime);
  };
  return new TokenCredential({ ofCaller: true, tokens, obtain, close });
}

async function openEndpoint(field: string, given: string, config: GrantConfig, { client, surroundings }: Asking) {
  const { auth: _auth, ...reach } = config.clientConfig ?? {};
  const url = within(field, () => parseEndpoint(given, reach.allowHttp));
  const sign = await signerOf(config, url);
  const connections = within('clientConfig', () => surroundings.createClient(reach));
  const unverified = unverifiedServer('the token endpoint', reach.secureSocket);
  if (unverified !== undefined) surroundings.warn(`AuthClient "${client}": ${unverified}`);
  return { ask: askerOf(client, { url, client: connections, sign }, surroundings), close: () => connections.close() };
}

async function signerOf({ clientId, clientSecret, credentialBearer, clientConfig }: GrantConfig, url: URL): Promise<Signer> {
  const auth = clientConfig?.auth;
  if (auth !== undefined) return within('clientConfig.auth', () => directAuthentication(auth, url.href));
  if (clientId === undefined) return () => {};
  if (clientSecret === undefined) return (body) => body.set('client_id', clientId);
  const method = credentialBearer === 'POST_BODY_BEARER' ? 'client_secret_post' : 'client_secret_basic';
  return directAuthentication({ method, clientId, clientSecret }, url.href);
}

async function asserterOf({ assertion }: OAuth2JwtBearerGrantConfig, { surroundings }: Asking): Promise<() => Promise<string>> {
  if (typeof assertion === 'string') return async () => assertion;
  const sign = await within('assertion', () => createJwtIssuer(assertion, surroundings.clock));
  return async () => (await sign()).value;
}

function ownTokens({ clockSkew }: GrantConfig, { surroundings: { clock } }: Asking): HeldTokens {
  return new HeldTokens({ clock, margin: clockSkew });
}

function commonParameters({ optionalParams = {}, scopes }: GrantConfig): Parameters {
  return [...Object.entries(optionalParams), ...scopeParameter(scopes)];
}

function named(name: string, values: string | readonly string[] = []): (readonly [string, string])[] {
  return [values].flat().map((value) => [name, value] as const);
}
