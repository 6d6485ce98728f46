import type { Clock } from '../../clock.js';
import { fieldError, textOf, within } from '../../errors.js';
import { DiscoveredEndpoint } from '../../oauth/discovered-endpoint.js';
import { parseEndpoint } from '../../outgoing/endpoint.js';
import { createOutgoingClient, type OutgoingClient } from '../../outgoing/outgoing-client.js';
import type { DiscoverySettings } from './discovery.schema.js';
import type { ExpectedIssuers } from './issuer.js';
import { IssuerKeys } from './issuer-keys.js';
import { keyUsesFor } from './jwks.js';
import { fetchJwks } from './jwks-endpoint.js';
import type { JwtSettings } from './jwt-validator.schema.js';
import type { KeySource } from './key-set.js';
import { freshnessOf, RemoteKeys } from './remote-keys.js';

type Warn = (message: string) => void;

/** What the sources of one config share. */
interface Discovering {
  readonly settings: JwtSettings;
  readonly discovery: DiscoverySettings;
  readonly issuers: ExpectedIssuers;
  readonly url: URL | undefined;
  readonly client: OutgoingClient;
  readonly warn: Warn;
  readonly clock: Clock;
}

/**
 * Makes the sources of the keys that issuers publish: one for each issuer, or one for all of them where `discoveryConfig.url` names one document. They are
 * fetched at once, and waited for only with `preload`.
 *
 * @throws AuthConfigurationError if keys cannot be fetched that must be there from the start.
 */
export async function discoverKeys(
  settings: JwtSettings,
  discovery: DiscoverySettings,
  issuers: ExpectedIssuers,
  { warn, clock }: Pick<Discovering, 'warn' | 'clock'>,
): Promise<KeySource | IssuerKeys> {
  const { url: given, clientConfig } = discovery;
  const url = given === undefined ? undefined : within('discoveryConfig.url', () => parseEndpoint(given, clientConfig?.allowHttp));
  const client = within('discoveryConfig.clientConfig', () => createOutgoingClient(clientConfig));
  const discovering: Discovering = { settings, discovery, issuers, url, client, warn, clock };
  const names = url === undefined ? (issuers.names ?? []) : [undefined];
  const sources = new Map(names.map((name) => [name, keysOf(name, discovering)]));
  const fetches = [...sources].map(async ([name, source]) => ({ name, failure: await source.refresh() }));
  const keys = together(sources, issuers);
  if (discovery.preload !== true) return keys;
  const failed = (await Promise.all(fetches)).find(({ failure }) => failure !== undefined);
  if (failed === undefined) return keys;
  await keys.close();
  throw preloadFailure(failed.name, failed.failure);
}

function together(sources: ReadonlyMap<string | undefined, RemoteKeys>, issuers: ExpectedIssuers): KeySource | IssuerKeys {
  const all = [...sources.values()];
  const [only] = all;
  if (issuers.isOne && only !== undefined) return only;
  const shared = sources.get(undefined);
  return new IssuerKeys(all, issuers, shared === undefined ? (iss) => sources.get(iss) : (iss) => (issuers.fits(iss) ? shared : undefined));
}

/** @param issuer - undefined for the keys of all of them. */
function keysOf(issuer: string | undefined, discovering: Discovering): RemoteKeys {
  const { settings, discovery, issuers, url, client, clock } = discovering;
  const name = issuer ?? issuers.description;
  const warn = (message: string) => discovering.warn(`issuer ${JSON.stringify(name)}: ${message}`);
  const freshness = freshnessOf(discovery.cacheConfig);
  const endpoint = new DiscoveredEndpoint({
    member: 'jwks_uri',
    issuer: name,
    url,
    isIssuer: (stated) => issuers.describes(stated, issuer),
    allowHttp: discovery.clientConfig?.allowHttp,
    client,
    freshness,
    clock,
    warn,
  });
  return new RemoteKeys({
    fetch: () => fetchDiscovered(endpoint, client),
    close: () => {
      endpoint.close();
      return client.close();
    },
    algorithms: settings.algorithms,
    uses: keyUsesFor(settings.typ),
    freshness,
    clock,
    warn,
  });
}

async function fetchDiscovered(endpoint: DiscoveredEndpoint, client: OutgoingClient): Promise<readonly unknown[]> {
  const url = await endpoint.current();
  try {
    return await fetchJwks(client, url);
  } catch (error) {
    endpoint.doubt();
    throw error;
  }
}

function preloadFailure(issuer: string | undefined, failure: unknown) {
  const which = issuer === undefined ? 'the keys' : `the keys of ${JSON.stringify(issuer)}`;
  const message = `${which} cannot be fetched: ${textOf(failure)}. Without preload the application would start, and answer 503 until they can.`;
  return fieldError('discoveryConfig.preload', message, failure);
}
