import * as z from 'zod';
import { fields, optional, text } from '../../config/schema.js';
import { AuthConfigurationError, type ConfigurationProblem, fieldError } from '../../errors.js';
import { cacheConfig } from '../../memory/cache-config.js';
import { clientConfigSchema } from '../../outgoing/client-config.js';
import { parseEndpoint } from '../../outgoing/endpoint.js';
import type { DiscoveryConfig } from './discovery.config.js';
import type { ExpectedIssuers } from './issuer.js';

/** The schema of a {@link DiscoveryConfig}. */
export const discoveryConfigSchema = fields(() => ({
  url: optional(text),
  cacheConfig: optional(cacheConfig),
  clientConfig: optional(clientConfigSchema),
  preload: optional(z.boolean()),
})) satisfies z.ZodType<DiscoveryConfig>;

/** A checked {@link DiscoveryConfig}. */
export type DiscoverySettings = z.output<typeof discoveryConfigSchema>;

/** The fields that decide whether and how keys are discovered. */
interface DiscoveryFields {
  readonly signatureConfig?: object;
  readonly discoveryConfig?: DiscoverySettings;
  readonly issuer?: unknown;
  readonly audience?: unknown;
}

/**
 * How the keys of `issuers` are discovered; undefined if `signatureConfig` says what verifies signatures.
 *
 * @param cure - says which key material there may be.
 * @throws AuthConfigurationError naming every field because of which they cannot be discovered.
 */
export function checkDiscovery(given: DiscoveryFields, issuers: ExpectedIssuers | undefined, cure: string): DiscoverySettings | undefined {
  const { signatureConfig, discoveryConfig } = given;
  if (signatureConfig !== undefined) {
    if (discoveryConfig === undefined) return undefined;
    throw fieldError('discoveryConfig', 'has no effect together with signatureConfig: omit one of them.');
  }
  const problems = [...aboutIssuers(issuers, discoveryConfig, cure), ...aboutAudience(given.audience)];
  if (problems.length > 0) throw new AuthConfigurationError(problems);
  return discoveryConfig ?? {};
}

function aboutIssuers(
  issuers: ExpectedIssuers | undefined,
  discovery: DiscoverySettings | undefined,
  cure: string,
): readonly ConfigurationProblem[] {
  const { url, clientConfig } = discovery ?? {};
  if (url !== undefined) return issuers?.isOne === false && !issuers.isTemplate ? [ONE_DOCUMENT] : [];
  if (issuers?.names === undefined) return [NO_END];
  const opaque = issuers.names.find((name) => !/^https?:/i.test(name));
  if (opaque !== undefined) {
    const why = `The keys are discovered only where issuer is an https: URL, and ${JSON.stringify(opaque)} is not.`;
    return [{ path: 'signatureConfig', message: `is required: ${cure}. ${why}` }];
  }
  return issuers.names.flatMap((name) => aboutName(name, clientConfig?.allowHttp));
}

const ONE_DOCUMENT: ConfigurationProblem = {
  path: 'discoveryConfig.url',
  message:
    'names one document, and issuer is a list, whose issuers have a document each. Leave url out, or give signatureConfig if they all sign with the same keys.',
};

const NO_END: ConfigurationProblem = {
  path: 'issuer.allowed',
  message:
    'is "*", so that there is no list of issuers to discover: give the keys of all tenants by signatureConfig or discoveryConfig.url.',
};

function aboutName(name: string, allowHttp: boolean | undefined): readonly ConfigurationProblem[] {
  const cure = 'Without signatureConfig the keys are discovered at the issuer: give signatureConfig, or discoveryConfig.url.';
  try {
    if (parseEndpoint(name, allowHttp).search === '') return [];
    return [{ path: 'issuer', message: `${JSON.stringify(name)} must not have a query (?…) to be discovered. ${cure}` }];
  } catch (error) {
    if (!(error instanceof AuthConfigurationError)) throw error;
    return error.problems.map(({ message }) => ({ path: 'issuer', message: `${JSON.stringify(name)} ${message} ${cure}` }));
  }
}

function aboutAudience(audience: unknown): readonly ConfigurationProblem[] {
  if (audience !== undefined) return [];
  const message =
    'is required where the keys of the issuer are discovered: the issuer signs tokens for many APIs. Name the audience of this one, or write null if any will do.';
  return [{ path: 'audience', message }];
}
