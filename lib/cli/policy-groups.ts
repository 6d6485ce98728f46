import { ANONYMOUS } from '../anonymous.js';
import type { PolicyDecision, PolicyEntry, PolicyWayIn } from '../plan/policy.js';
import { REQUIREMENTS } from '../requirements/every-requirement.js';

/** Who gets in to a route, from the most open on. */
export type PolicyGroup = 'open' | 'anonymous' | 'authenticated' | 'requirements' | 'denied';

/** The groups, the most open one first. */
export const GROUPS: readonly PolicyGroup[] = ['open', 'anonymous', 'authenticated', 'requirements', 'denied'];

/** The group of a route: that of the most open decision about it, so that an exception for some values of its path is not overlooked. */
export function groupOf(entry: PolicyEntry): PolicyGroup {
  const found = new Set([entry, ...(entry.exceptions ?? [])].map(groupOfDecision));
  return GROUPS.find((group) => found.has(group)) ?? 'open';
}

function groupOfDecision({ access, optional, waysIn }: PolicyDecision): PolicyGroup {
  if (access !== 'protected') return access;
  if (optional) return 'anonymous';
  return waysIn.some((way) => way.scheme === ANONYMOUS || !hasRequirement(way)) ? 'authenticated' : 'requirements';
}

function hasRequirement({ allOf = [], ...way }: PolicyWayIn): boolean {
  const described: Readonly<Record<string, unknown>> = way;
  return REQUIREMENTS.some(({ field }) => described[field] !== undefined) || allOf.some(hasRequirement);
}
