import { AuthConfigurationError } from '../errors.js';
import type { AccessTokens } from '../http/access-tokens.js';
import type { ResourceConfig } from '../resource.config.js';
import type { Authenticator } from '../strategies/strategy.js';
import { authenticatorsOf, type Plan, type Step } from './plan.js';
import type { PlanRegistry } from './plan.registry.js';

/** The metadata of a protected resource, as JSON. @see RFC 9728 §2 */
export type ResourceMetadata = Readonly<Record<string, unknown>> & { readonly resource: string };

/**
 * The metadata of the application, from what its plans know.
 *
 * @throws AuthConfigurationError if no authorization server is known: clients could not learn where to obtain tokens.
 * @see RFC 9728 §2
 */
export function describeResource(
  config: ResourceConfig,
  registry: PlanRegistry,
  authenticators: readonly Authenticator[],
): ResourceMetadata {
  const kinds = authenticators.flatMap(({ accessTokens = [] }) => accessTokens);
  const scopes = config.scopes ?? scopesOf(plansOf(registry));
  return {
    resource: config.url,
    authorization_servers: config.authorizationServers ?? knownIssuers(kinds),
    ...(scopes !== false && scopes.length > 0 && { scopes_supported: scopes }),
    bearer_methods_supported: authenticators.some(isInHeader) ? ['header'] : [],
    ...dpopOf(kinds),
    ...(isEvery(kinds, ({ isCertificateBound }) => isCertificateBound === true) && { tls_client_certificate_bound_access_tokens: true }),
    // JSON leaves out what is undefined.
    resource_name: config.name,
    resource_documentation: config.documentation,
  };
}

function knownIssuers(kinds: readonly AccessTokens[]): string[] {
  const issuers = [...new Set(kinds.flatMap((each) => each.issuers))].filter((issuer) => /^https?:\/\//i.test(issuer));
  if (issuers.length > 0) return issuers;
  throw new AuthConfigurationError([
    {
      path: 'AuthModule options.resource.authorizationServers',
      message:
        'is required, because no scheme has an issuer that is a URL, and clients could not learn where to obtain tokens. Name the issuers of the authorization servers.',
    },
  ]);
}

function dpopOf(kinds: readonly AccessTokens[]): object {
  const algorithms = [...new Set(kinds.flatMap(({ dpop }) => dpop?.algorithms ?? []))];
  if (algorithms.length === 0) return {};
  const isRequired = isEvery(kinds, ({ dpop }) => dpop?.isRequired === true);
  return { dpop_signing_alg_values_supported: algorithms, ...(isRequired && { dpop_bound_access_tokens_required: true }) };
}

function isEvery(kinds: readonly AccessTokens[], holds: (kind: AccessTokens) => boolean): boolean {
  return kinds.length > 0 && kinds.every(holds);
}

/** The two other methods of RFC 6750 are not supported: a token in a body or a query is never looked for. */
function isInHeader({ accessTokens, credentials = [] }: Authenticator): boolean {
  return accessTokens !== undefined && credentials.some(({ kind }) => kind === 'authorization');
}

function plansOf({ all, paths }: PlanRegistry): readonly Plan[] {
  return [...all.map(({ plan }) => plan), ...(paths?.all ?? [])];
}

function scopesOf(plans: readonly Plan[]): string[] {
  const steps = plans.flatMap((plan) => (plan.kind === 'protected' ? plan.steps : []));
  return [...new Set(steps.flatMap(scopesOfStep))].sort();
}

function scopesOfStep(step: Step): string[] {
  const own = step.requirements.demands.flatMap(({ challenge }) => challenge?.scope?.split(' ') ?? []);
  return step.kind === 'single' ? own : [...own, ...step.steps.flatMap(scopesOfStep)];
}

/**
 * What a challenge for access tokens says beside the realm: where the metadata of the resource are, and the scopes that the first of
 * `steps` needs which has this challenge.
 *
 * @see RFC 9728 §5.1, RFC 6750 §3
 */
export function resourceParams(scheme: string, steps: readonly Step[], metadataUrl: string): Readonly<Record<string, string>> {
  if (!/^(?:bearer|dpop)$/i.test(scheme)) return {};
  const hasChallenge = ({ challenges }: Authenticator) => challenges.some((each) => each.scheme.toLowerCase() === scheme.toLowerCase());
  const [first] = steps.filter((step) => authenticatorsOf(step).some(hasChallenge)).map(scopesOfStep);
  const scope = [...new Set(first)].join(' ');
  return { resource_metadata: metadataUrl, ...(scope !== '' && { scope }) };
}
