import { fieldError, within } from '../errors.js';
import type { ClientConfig } from '../outgoing/client-config.js';
import { parseEndpoint } from '../outgoing/endpoint.js';
import type { OutgoingClient } from '../outgoing/outgoing-client.js';
import type { Surroundings } from '../outgoing/surroundings.js';
import { DiscoveredEndpoint, type EndpointMember } from './discovered-endpoint.js';

/** Where an endpoint is: a fixed URL, or one that the metadata of an issuer name. */
export interface EndpointLocation {
  /** What names it in messages: its URL, or that of the issuer. */
  readonly name: URL;
  /**
   * Finds the URL; a promise only where it has to be discovered.
   *
   * @throws AuthUnavailableError if it cannot be found out.
   */
  locate(): URL | Promise<URL>;
  /** Reports that the endpoint does not answer. Only present where it may have moved. */
  doubt?(): void;
  /** The connections to the metadata are not needed any more. */
  close(): Promise<void>;
}

/** How an endpoint is configured: by its URL, or by its issuer. */
export interface EndpointConfig {
  /** The name of the field with the URL. */
  readonly field: string;
  readonly url?: string | undefined;
  readonly issuer?: string | undefined;
  /** What the metadata call the endpoint. */
  readonly member: EndpointMember;
  readonly clientConfig: ClientConfig;
}

/**
 * Finds the place of an endpoint, or prepares its discovery. Metadata are public: the header fields for the endpoint, which may hold a password, are not
 * sent for them.
 *
 * @throws AuthConfigurationError with the paths `field`, `issuer` and `clientConfig`.
 */
export function locationOf(config: EndpointConfig, { createClient, clock, warn }: Surroundings): EndpointLocation {
  const { field, url, issuer, member, clientConfig } = config;
  const { customHeaders: _customHeaders, ...reach } = clientConfig;
  if (url !== undefined) return fixedLocation(within(field, () => parseEndpoint(url, reach.allowHttp)));
  if (issuer === undefined)
    throw fieldError(field, `has no value: it must be a URL, or issuer must be given, whose metadata name the ${member}.`);
  const name = within('issuer', () => parseEndpoint(issuer, reach.allowHttp));
  if (name.search !== '') throw fieldError('issuer', `must not have a query (?…) to be discovered. Otherwise give ${field}.`);
  const client: OutgoingClient = within('clientConfig', () => createClient(reach));
  const { allowHttp } = reach;
  const note = (message: string) => warn(`issuer ${JSON.stringify(issuer)}: ${message}`);
  const endpoint = new DiscoveredEndpoint({ member, issuer, allowHttp, client, clock, warn: note });
  return {
    name,
    locate: () => endpoint.locate(),
    doubt: () => endpoint.doubt(),
    close: () => {
      endpoint.close();
      return client.close();
    },
  };
}

/** The location of an endpoint whose URL is known. */
export function fixedLocation(url: URL): EndpointLocation {
  return { name: url, locate: () => url, close: async () => {} };
}
