import { fieldError, within } from '../../errors.js';
import { compileTokenReader, type TokenReaderOptions } from '../../http/token-reader.js';
import { ignoredCacheFields } from '../../memory/cache-config.js';
import type { SharedStateAccess } from '../../memory/shared-state.js';
import { directAuthentication } from '../../oauth/direct-authentication.js';
import { locationOf } from '../../oauth/endpoint-location.js';
import { openTokenEndpoint } from '../../oauth/token-endpoint.js';
import { aboutScheme, noteIgnored, noteUnverified, type Warn } from '../../operator/notes.js';
import { type ClientConfig, ignoredClientFields } from '../../outgoing/client-config.js';
import { withClientDefaults } from '../../outgoing/client-defaults.js';
import type { Surroundings } from '../../outgoing/surroundings.js';
import type { DpopAuthenticator } from '../binding/dpop/dpop.authenticator.js';
import type { DpopProofs } from '../binding/dpop/dpop-proofs.js';
import { openDpop } from '../binding/dpop/open-dpop.js';
import { claimsSettings } from '../claims/claims.schema.js';
import { principalMaker } from '../claims/principal-of.js';
import { IntrospectionAuthenticator, type IntrospectionParts } from './authenticator.js';
import { type ClientAuthentication, ClientCredentials, NO_AUTHENTICATION } from './client-credentials.js';
import { IntrospectionEndpoint } from './endpoint.js';
import type { Expectations } from './judge.js';
import type { ClientCredentialsAuthConfig } from './oauth2-introspection.config.js';
import { type IntrospectionSettings, readSettings } from './oauth2-introspection.schema.js';
import { watch } from './watched-endpoint.js';

/** What the application gives to its authenticators. */
export interface IntrospectionHost {
  /** How tokens are looked for. */
  readonly reading?: TokenReaderOptions;
  /** Checks the proofs of tokens that are bound to a key. */
  readonly proofs?: DpopProofs | undefined;
  /** Where answers are shared. */
  readonly sharedState?: SharedStateAccess | undefined;
}

/**
 * Makes the authenticator of one config.
 *
 * @param scheme - the scheme's name.
 * @throws AuthConfigurationError with paths relative to the config.
 */
export async function prepareIntrospection(
  given: unknown,
  scheme: string,
  surroundings: Surroundings,
  { reading, proofs, sharedState }: IntrospectionHost = {},
): Promise<IntrospectionAuthenticator | DpopAuthenticator> {
  const { clock, defaults } = surroundings;
  const config = readSettings(withClientDefaults(given, ['clientConfig'], defaults));
  const warn = aboutScheme(scheme, 'oauth2IntrospectionConfig', surroundings.warn);
  const { wrap, confirm, moreSchemes } = openDpop(config, proofs, warn);
  const shared = sharedBy(config, scheme, sharedState);
  const endpoint = await openEndpoint(config, { ...surroundings, warn });
  noteSettings(config, defaults, warn);
  const authenticator = new IntrospectionAuthenticator({
    endpoint: watch(endpoint, { warn, clock }),
    expected: expectationsOf(config, scheme),
    readToken: compileTokenReader(config.tokenFrom, { ...reading, moreSchemes }),
    tokenFrom: config.tokenFrom,
    confirm,
    cacheConfig: config.cacheConfig,
    defaultTokenExpTime: config.defaultTokenExpTime,
    shared,
    clock,
    close: () => endpoint.close(),
  });
  return wrap(authenticator);
}

function sharedBy(config: IntrospectionSettings, scheme: string, access: SharedStateAccess | undefined): IntrospectionParts['shared'] {
  if (config.cacheConfig?.shared !== true) return undefined;
  if (access === undefined) throw fieldError('cacheConfig.shared', 'needs the option sharedState: AuthModule.forRoot({ sharedState }).');
  // Another endpoint, another question, or another client may have another answer.
  const { url, issuer, tokenTypeHint, optionalParams, clientConfig } = config;
  const name = JSON.stringify([scheme, url, issuer, tokenTypeHint, optionalParams, clientConfig?.auth?.clientId]);
  return { state: access.state, name };
}

async function openEndpoint(config: IntrospectionSettings, surroundings: Surroundings): Promise<IntrospectionEndpoint> {
  const { auth: _auth, ...reach } = config.clientConfig ?? {};
  const { url, issuer } = config;
  const location = locationOf({ field: 'url', url, issuer, member: 'introspection_endpoint', clientConfig: reach }, surroundings);
  // First: a mistake in what the token endpoint inherits belongs to the field where it stands.
  const client = within('clientConfig', () => surroundings.createClient(reach));
  const authentication = await authenticationOf(config, reach, surroundings);
  const { tokenTypeHint, optionalParams } = config;
  const parameters = { ...(tokenTypeHint !== null && { token_type_hint: tokenTypeHint }), ...optionalParams };
  return new IntrospectionEndpoint({ location, client, authentication, parameters });
}

async function authenticationOf(
  config: IntrospectionSettings,
  reach: ClientConfig,
  surroundings: Surroundings,
): Promise<ClientAuthentication> {
  const auth = config.clientConfig?.auth;
  if (auth === undefined) return NO_AUTHENTICATION;
  return within('clientConfig.auth', async () => {
    if (auth.method === 'client_credentials') return clientCredentials(auth, config.issuer, reach, surroundings);
    const sign = await directAuthentication(auth, config.issuer ?? config.url ?? '');
    // An assertion is good for one request.
    return { sign, isFixed: auth.method !== 'private_key_jwt' };
  });
}

/** The header fields for the introspection endpoint may contain a password: they are not sent to the token endpoint. */
function reachOfTokens(auth: ClientCredentialsAuthConfig, reach: ClientConfig, defaults: ClientConfig | undefined): ClientConfig {
  const { customHeaders: _customHeaders, ...inherited } = reach;
  return withClientDefaults(auth.clientConfig ?? inherited, [], defaults);
}

async function clientCredentials(
  auth: ClientCredentialsAuthConfig,
  issuer: string | undefined,
  reach: ClientConfig,
  surroundings: Surroundings,
): Promise<ClientAuthentication> {
  const clientConfig = reachOfTokens(auth, reach, surroundings.defaults);
  const endpoint = await openTokenEndpoint({ ...auth, field: 'tokenUrl', url: auth.tokenUrl, issuer, clientConfig }, surroundings);
  return new ClientCredentials(auth, endpoint, surroundings.clock);
}

function expectationsOf(config: IntrospectionSettings, scheme: string): Expectations {
  const { issuer, audience, clockSkew } = config;
  const audiences = audience === undefined || audience === null ? undefined : [audience].flat();
  const settings = claimsSettings(config);
  const principalOf = principalMaker({ scheme, method: 'introspection', standIns: ['username'] }, settings);
  const acceptsDpop = config.dpop !== undefined;
  return { issuer, audience: audiences, clockSkew, customClaims: settings.customClaims, principalOf, acceptsDpop };
}

function noteSettings({ cacheConfig, clientConfig = {} }: IntrospectionSettings, defaults: ClientConfig | undefined, warn: Warn): void {
  const { auth, ...reach } = clientConfig;
  noteIgnored([...ignoredCacheFields(cacheConfig), ...ignoredClientFields(reach)], warn);
  noteUnverified('the introspection endpoint', reach.secureSocket, warn);
  if (auth?.method === 'client_credentials') noteUnverified('the token endpoint', reachOfTokens(auth, reach, defaults).secureSocket, warn);
}
