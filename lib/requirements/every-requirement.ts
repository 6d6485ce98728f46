import { fields, optional, parseConfig } from '../config/schema.js';
import { authenticationAge } from './authentication-age.js';
import { authenticationContext } from './authentication-context.js';
import { authorizers } from './authorizers.js';
import { claims } from './claims.js';
import { permissions } from './permissions.js';
import type { Demand, Requirement } from './requirement.js';
import { roles } from './roles.js';
import { scopes } from './scopes.js';

/** Every kind of requirement, in the order in which they are checked. A new one is one more line here. */
const LIST = [authenticationContext, authenticationAge(), scopes, roles, permissions, claims, authorizers] as const;

/** The same, without the types of each. */
export const REQUIREMENTS: readonly Requirement[] = LIST;

/** The names of the requirement fields, which may stand beside any form of entry. */
export const REQUIREMENT_FIELDS: readonly string[] = LIST.map(({ field }) => field);

type All<List, Index extends 0 | 1 | 2> = List extends readonly [Requirement<infer A, infer B, infer C>, ...infer Rest]
  ? [A, B, C][Index] & All<Rest, Index>
  : unknown;

/** What an authenticated caller must hold. Everything that is given must be met. */
export interface Requirements extends All<typeof LIST, 0> {}

/** The requirements of one entry, as the policy describes them. */
export interface DescribedRequirements extends All<typeof LIST, 1> {}

/** The requirements that an access rule may name. */
export interface RuleRequirements extends All<typeof LIST, 2> {}

const schema = fields(() => Object.fromEntries(REQUIREMENTS.map((each) => [each.field, optional(each.schema)])));

/**
 * Checks requirements as they are written in a declaration, and compiles them in the order of {@link REQUIREMENTS}.
 *
 * @throws AuthConfigurationError with paths relative to the requirements.
 */
export function parseRequirements(given: unknown): readonly Demand[] {
  const demands = parseConfig(schema, given);
  return REQUIREMENT_FIELDS.flatMap((field) => demands[field] ?? []);
}

/** Requirement fields as a sentence names them: `scopes, roles or authorizers`. */
export function fieldsInWords(): string {
  return `${REQUIREMENT_FIELDS.slice(0, -1).join(', ')} or ${REQUIREMENT_FIELDS.at(-1)}`;
}
