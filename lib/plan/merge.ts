import type { AuthEntry, ResourceDeclaration, ServiceDeclaration } from '../decorators/auth-entry.js';
import { AuthConfigurationError } from '../errors.js';
import type { Requirements } from '../requirements/every-requirement.js';

/** Where a rule is declared: the strongest of the places that have a declaration. */
export type PlanSource = 'resource' | 'service' | 'default';

/** What is declared for one route, from the strongest to the weakest; undefined where nothing is declared. */
export interface Declarations {
  readonly resource: ResourceDeclaration | undefined;
  readonly service: ServiceDeclaration | undefined;
  readonly default: ServiceDeclaration | undefined;
}

/** The rule of one route. */
export type MergedRule =
  | { readonly kind: 'uncovered' }
  | { readonly kind: 'open'; readonly source: PlanSource }
  | {
      readonly kind: 'protected';
      readonly source: PlanSource;
      readonly entries: readonly AuthEntry[];
      /** Where the entries are declared. */
      readonly entriesFrom: PlanSource;
      /** The resource's requirements, in place of those of the entries. */
      readonly requirements?: Requirements;
    };

const uncovered: MergedRule = { kind: 'uncovered' };

/**
 * Merges what is declared for a route: a resource's entries replace the service's, requirements included; a resource's
 * requirements alone keep the service's entries; `false` opens; the stronger declaration wins.
 *
 * @throws AuthConfigurationError if a resource has requirements but nothing to inherit entries from.
 */
export function merge({ resource, service, default: fallback }: Declarations): MergedRule {
  const inherited = ruleOf(service, 'service') ?? ruleOf(fallback, 'default') ?? uncovered;
  if (resource === undefined) return inherited;
  if (resource === false) return { kind: 'open', source: 'resource' };
  if (isEntryList(resource)) return { kind: 'protected', source: 'resource', entries: resource, entriesFrom: 'resource' };
  if (inherited.kind !== 'protected') throw nothingToInherit(inherited);
  return { ...inherited, source: 'resource', requirements: resource };
}

function isEntryList(resource: readonly AuthEntry[] | Requirements): resource is readonly AuthEntry[] {
  // Not an object, or an entry without its list: mistakes, which the check of entries describes best.
  return Array.isArray(resource) || typeof resource !== 'object' || resource === null || Object.keys(resource).some(isEntryField);
}

function isEntryField(field: string): boolean {
  return field === 'scheme' || field === 'allOf' || field.endsWith('Config');
}

function ruleOf(declared: ServiceDeclaration | undefined, source: PlanSource): MergedRule | undefined {
  if (declared === undefined) return undefined;
  return declared === false ? { kind: 'open', source } : { kind: 'protected', source, entries: declared, entriesFrom: source };
}

function nothingToInherit(inherited: MergedRule): AuthConfigurationError {
  const why =
    inherited.kind === 'open' ? `the ${inherited.source} is open (auth: false)` : 'neither a service nor defaultAuth declares any';
  const message = `has requirements but no entries to inherit: ${why}. Name the schemes here, or in @ServiceAuth.`;
  return new AuthConfigurationError(message);
}
