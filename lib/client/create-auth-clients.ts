import { parseConfig } from '../config/schema.js';
import { AuthConfigurationError, type ConfigurationProblem, within } from '../errors.js';
import { ignoredCacheFields } from '../memory/cache-config.js';
import { noteIgnored, noteUnverified } from '../operator/notes.js';
import { ignoredClientFields, lowerCaseNames } from '../outgoing/client-config.js';
import type { Wire } from '../outgoing/exchange.js';
import { openConnections } from '../outgoing/outgoing-agent.js';
import type { Surroundings } from '../outgoing/surroundings.js';
import { AuthClient } from './auth-client.js';
import { authClientConfig, type CheckedClientConfig } from './auth-client.schema.js';
import { AuthClients } from './auth-clients.js';
import { createCredential } from './create-credential.js';
import { Destination } from './destination.js';
import { FetchFailedError } from './fetch-failed.error.js';

const DEFAULT_MAX_BYTES = 10_485_760;

/**
 * Makes the clients of an application.
 *
 * @param configs - by name, not checked yet.
 * @throws AuthConfigurationError with every mistake, each path beginning with the client's name.
 */
export async function createAuthClients(configs: Readonly<Record<string, unknown>>, surroundings: Surroundings): Promise<AuthClients> {
  const problems: ConfigurationProblem[] = [];
  const clients = new Map<string, AuthClient>();
  for (const [name, config] of Object.entries(configs)) {
    try {
      clients.set(name, await createAuthClient(name, config, surroundings));
    } catch (error) {
      if (!(error instanceof AuthConfigurationError)) throw error;
      problems.push(...error.within(name).problems);
    }
  }
  if (problems.length > 0) throw new AuthConfigurationError(problems);
  return new AuthClients(clients);
}

/**
 * Makes one client.
 *
 * @throws AuthConfigurationError with paths relative to the config.
 */
export async function createAuthClient(name: string, given: unknown, surroundings: Surroundings): Promise<AuthClient> {
  const config: CheckedClientConfig = parseConfig(authClientConfig, given);
  const { auth, clientConfig = {}, maxResponseBytes: maxBytes = DEFAULT_MAX_BYTES } = config;
  const destination = new Destination(name, config);
  const credential = await within('auth', () => createCredential(auth, name, surroundings));
  const connections = within('clientConfig', () => openConnections(clientConfig));
  const warn = (note: string) => surroundings.warn(`AuthClient "${name}": ${note}`);
  noteIgnored(ignoredFields(config), warn);
  noteUnverified('the service', clientConfig.secureSocket, warn);
  const customHeaders = lowerCaseNames(clientConfig.customHeaders);
  const wire: Wire = { ...connections, fail: (reason, message) => new FetchFailedError(name, reason, message) };
  return new AuthClient({ name, destination, credential, customHeaders, wire, maxBytes });
}

function ignoredFields({ auth, clientConfig }: CheckedClientConfig): string[] {
  const inAuth = Object.values(auth || {}).flatMap((config) => [
    ...('clientConfig' in config ? ignoredClientFields(config.clientConfig) : []),
    ...('cacheConfig' in config ? ignoredCacheFields(config.cacheConfig) : []),
  ]);
  return [...new Set([...ignoredClientFields(clientConfig), ...inAuth])];
}
