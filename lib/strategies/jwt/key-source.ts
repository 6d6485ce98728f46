import type { Clock } from '../../clock.js';
import { fieldError, textOf, within } from '../../errors.js';
import type { ClientConfig } from '../../outgoing/client-config.js';
import { parseEndpoint } from '../../outgoing/endpoint.js';
import { createOutgoingClient, type OutgoingClient } from '../../outgoing/outgoing-client.js';
import { fetchJwks } from './jwks-endpoint.js';
import type { JwksSettings, JwtSettings } from './jwt-validator.schema.js';
import type { KeySource } from './key-set.js';
import { loadLocalKeys } from './local-keys.js';
import { DEFAULT_FRESHNESS, RemoteKeys } from './remote-keys.js';

const PATH = 'signatureConfig.jwksConfig';

/**
 * Makes the source of the keys that a config names. A published key set is fetched at once, and waited for only with `preload`.
 *
 * @throws AuthConfigurationError if the keys cannot be used, or not be had where they must be there from the start.
 */
export async function openKeySource(settings: JwtSettings, warn: (message: string) => void, clock: Clock): Promise<KeySource> {
  const { signatureConfig, algorithms } = settings;
  const { jwksConfig } = signatureConfig;
  if (jwksConfig === undefined) return loadLocalKeys(settings, warn);
  const url = within(`${PATH}.url`, () => parseEndpoint(jwksConfig.url, jwksConfig.clientConfig?.allowHttp));
  const client = openClient(jwksConfig.clientConfig);
  const keys = new RemoteKeys({
    fetch: () => fetchJwks(client, url),
    close: () => client.close(),
    algorithms: algorithms?.filter((name) => !name.startsWith('HS')),
    freshness: freshnessOf(jwksConfig),
    clock,
    warn: (message) => warn(`${PATH}: ${message}`),
  });
  const fetched = keys.refresh();
  if (jwksConfig.preload === true) await expectKeys(keys, fetched);
  return keys;
}

function openClient(config: ClientConfig | undefined): OutgoingClient {
  return within(`${PATH}.clientConfig`, () => createOutgoingClient(config));
}

/** Keys without an end of their own would outlive their withdrawal: -1 means the default. */
function freshnessOf({ cacheConfig }: JwksSettings): number {
  const { defaultMaxAge = -1 } = cacheConfig ?? {};
  return defaultMaxAge === -1 ? DEFAULT_FRESHNESS : defaultMaxAge;
}

async function expectKeys(keys: RemoteKeys, fetched: Promise<unknown>): Promise<void> {
  const failure = await fetched;
  if (failure === undefined) return;
  await keys.close();
  const message = `cannot be fetched: ${textOf(failure)}. Without preload the application would start, and answer 503 until it can.`;
  throw fieldError(`${PATH}.url`, message, failure);
}
