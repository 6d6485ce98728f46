import { REQUIREMENTS } from '../requirements/every-requirement.js';
import type { PolicyDecision, PolicyWayIn } from './policy.js';

/** Who is admitted, in a few words: `sts (any of: read, write) or users`. */
export function decisionInWords({ access, optional, waysIn }: Omit<PolicyDecision, 'source'>): string {
  if (access !== 'protected') return access;
  return `${waysIn.map(wayInWords).join(' or ')}${optional ? ' (optional)' : ''}`;
}

function wayInWords({ scheme, allOf, ...rest }: PolicyWayIn): string {
  const described: Readonly<Record<string, unknown>> = rest;
  const demands = REQUIREMENTS.filter(({ field }) => described[field] !== undefined);
  const who = allOf === undefined ? scheme : `(${allOf.map(wayInWords).join(' and ')})`;
  return demands.length === 0 ? who : `${who} (${demands.map((each) => each.inTable(described[each.field])).join('; ')})`;
}
