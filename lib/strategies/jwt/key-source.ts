import type { Clock } from '../../clock.js';
import { fieldError, textOf, within } from '../../errors.js';
import type { ClientConfig } from '../../outgoing/client-config.js';
import { parseEndpoint } from '../../outgoing/endpoint.js';
import { createOutgoingClient, type OutgoingClient } from '../../outgoing/outgoing-client.js';
import { discoverKeys } from './discovered-keys.js';
import { IssuerKeys } from './issuer-keys.js';
import { keyUsesFor } from './jwks.js';
import { fetchJwks } from './jwks-endpoint.js';
import type { JwtSettings } from './jwt-validator.schema.js';
import type { KeySource } from './key-set.js';
import { loadLocalKeys } from './local-keys.js';
import { freshnessOf, RemoteKeys } from './remote-keys.js';

const PATH = 'signatureConfig.jwksConfig';

/**
 * Makes the source of the keys of a config, for each of its issuers where there are several. Published key sets are fetched at once, and waited for only
 * with `preload`.
 *
 * @throws AuthConfigurationError if the keys cannot be used, or cannot be fetched where they must be there from the start.
 */
export async function openKeySource(settings: JwtSettings, warn: (message: string) => void, clock: Clock): Promise<KeySource | IssuerKeys> {
  const { issuer, discoveryConfig } = settings;
  if (discoveryConfig !== undefined && issuer !== undefined) return discoverKeys(settings, discoveryConfig, issuer, { warn, clock });
  const keys = await openConfigured(settings, warn, clock);
  if (issuer === undefined || issuer.isOne) return keys;
  return new IssuerKeys([keys], issuer, (iss) => (issuer.fits(iss) ? keys : undefined));
}

async function openConfigured(settings: JwtSettings, warn: (message: string) => void, clock: Clock): Promise<KeySource> {
  const { signatureConfig, algorithms, typ } = settings;
  const { jwksConfig } = signatureConfig;
  if (jwksConfig === undefined) return loadLocalKeys(settings, warn);
  const url = within(`${PATH}.url`, () => parseEndpoint(jwksConfig.url, jwksConfig.clientConfig?.allowHttp));
  const client = openClient(jwksConfig.clientConfig);
  const keys = new RemoteKeys({
    fetch: () => fetchJwks(client, url),
    close: () => client.close(),
    algorithms,
    uses: keyUsesFor(typ),
    freshness: freshnessOf(jwksConfig.cacheConfig),
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

async function expectKeys(keys: RemoteKeys, fetched: Promise<unknown>): Promise<void> {
  const failure = await fetched;
  if (failure === undefined) return;
  await keys.close();
  const message = `cannot be fetched: ${textOf(failure)}. Without preload the application would start, and answer 503 until it can.`;
  throw fieldError(`${PATH}.url`, message, failure);
}
