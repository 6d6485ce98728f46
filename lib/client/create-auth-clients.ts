import { checkAll } from '../config/every-mistake.js';
import { parseConfig } from '../config/schema.js';
import { within } from '../errors.js';
import { ignoredCacheFields } from '../memory/cache-config.js';
import { noteIgnored, noteUnverified } from '../operator/notes.js';
import { type ClientConfig, ignoredClientFields } from '../outgoing/client-config.js';
import { withClientDefaults } from '../outgoing/client-defaults.js';
import { openCustomHeaders } from '../outgoing/custom-headers.js';
import type { Wire } from '../outgoing/exchange.js';
import { openConnections } from '../outgoing/outgoing-agent.js';
import type { Surroundings } from '../outgoing/surroundings.js';
import type { ClientAuthConfigs } from './auth-client.config.js';
import { AuthClient } from './auth-client.js';
import { authClientConfig, type CheckedClientConfig } from './auth-client.schema.js';
import { AuthClients } from './auth-clients.js';
import { createCredential } from './create-credential.js';
import { Destination } from './destination.js';
import { FetchFailedError } from './fetch-failed.error.js';

/** The configs of `auth` that have a `clientConfig` of their own. */
const GRANTS = [
  'oauth2ClientCredentialsGrantConfig',
  'oauth2RefreshTokenGrantConfig',
  'oauth2JwtBearerGrantConfig',
  'oauth2TokenExchangeGrantConfig',
] as const satisfies readonly (keyof ClientAuthConfigs)[];

const DEFAULT_MAX_BYTES = 10_485_760;

/**
 * Makes the clients of an application.
 *
 * @param configs - by name, not checked yet.
 * @throws AuthConfigurationError with every mistake, each path beginning with the client's name.
 */
export async function createAuthClients(configs: Readonly<Record<string, unknown>>, surroundings: Surroundings): Promise<AuthClients> {
  const clients = Object.entries(configs).map(
    async ([name, config]) => [name, await within(name, () => createAuthClient(name, config, surroundings))] as const,
  );
  return new AuthClients(new Map(await checkAll(clients)));
}

/**
 * Makes one client.
 *
 * @throws AuthConfigurationError with paths relative to the config.
 */
export async function createAuthClient(name: string, given: unknown, surroundings: Surroundings): Promise<AuthClient> {
  const config: CheckedClientConfig = parseConfig(authClientConfig, withDefaults(given, surroundings.defaults));
  const { auth, clientConfig = {}, maxResponseBytes: maxBytes = DEFAULT_MAX_BYTES } = config;
  const destination = new Destination(name, config);
  const warn = (note: string) => surroundings.warn(`AuthClient "${name}": ${note}`);
  const credential = await within('auth', () => createCredential(auth, name, { ...surroundings, warn }));
  const customHeaders = within('clientConfig', () => openCustomHeaders(clientConfig, warn));
  const connections = within('clientConfig', () => openConnections(clientConfig));
  noteIgnored(ignoredFields(config), warn);
  noteUnverified('the service', clientConfig.secureSocket, warn);
  const wire: Wire = { ...connections, fail: (reason, message) => new FetchFailedError(name, reason, message) };
  return new AuthClient({ name, destination, credential, customHeaders, wire, maxBytes });
}

/** The defaults hold for the service, and for the token endpoints of grants. */
function withDefaults(given: unknown, defaults: ClientConfig | undefined): unknown {
  return GRANTS.reduce(
    (config, grant) => withClientDefaults(config, ['auth', grant, 'clientConfig'], defaults),
    withClientDefaults(given, ['clientConfig'], defaults),
  );
}

function ignoredFields({ auth, clientConfig }: CheckedClientConfig): string[] {
  const inAuth = Object.values(auth || {}).flatMap((config) => [
    ...('clientConfig' in config ? ignoredClientFields(config.clientConfig) : []),
    ...('cacheConfig' in config ? ignoredCacheFields(config.cacheConfig) : []),
  ]);
  return [...new Set([...ignoredClientFields(clientConfig), ...inAuth])];
}
