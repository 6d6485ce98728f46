import type { ConcretePlan, Step } from '../plan/plan.js';
import { combinationsOf } from '../plan/ways.js';
import type { AnyOrAll } from '../requirements/name-set.js';
import type { SecurityRequirement } from './document.js';
import type { SecuritySchemes } from './security-schemes.js';

/**
 * What an operation's `security` says of its plans: any one of the requirements is enough. It is empty only where every plan is open:
 * where one of several is, credentials are optional.
 */
export function securityOf(plans: readonly ConcretePlan[], schemes: SecuritySchemes): SecurityRequirement[] {
  if (plans.every(({ kind }) => kind === 'open')) return [];
  const all = distinct(plans.flatMap((plan) => requirementsOf(plan, schemes)));
  // What needs nothing is the last: readers take the first one.
  return [...all.filter((each) => !needsNothing(each)), ...all.filter(needsNothing)];
}

function requirementsOf(plan: ConcretePlan, schemes: SecuritySchemes): SecurityRequirement[] {
  if (plan.kind === 'open') return [{}];
  if (plan.kind === 'denied') return [{ [schemes.nobody()]: [] }];
  const ways = plan.steps.flatMap((step) => waysOf(step, schemes));
  return plan.admitsAnonymous ? [...ways, {}] : ways;
}

/** One alternative for each way to send the credentials, and for each scope of which any is enough. */
function waysOf(step: Step, schemes: SecuritySchemes): SecurityRequirement[] {
  const ways =
    step.kind === 'single'
      ? schemes.namesOf(step).map((name) => ({ [name]: [] }))
      : combinationsOf(step.steps.map((each) => waysOf(each, schemes))).map((members) => members.reduce(joined));
  return distinct(ways.flatMap((way) => scopeSetsOf(step).map((scopes) => withScopes(way, scopes, schemes))));
}

/** The sets of scopes of which one is enough. */
function scopeSetsOf({ requirements: { demands } }: Step): readonly (readonly string[])[] {
  const scopes = demands.find(({ field }) => field === 'scopes')?.described as AnyOrAll | undefined;
  if (scopes === undefined) return [[]];
  return 'all' in scopes ? [scopes.all] : scopes.any.map((scope) => [scope]);
}

function withScopes(way: SecurityRequirement, scopes: readonly string[], schemes: SecuritySchemes): SecurityRequirement {
  const entries = Object.entries(way).map(([name, own]) => [name, [...new Set([...own, ...schemes.listed(name, scopes)])]]);
  return Object.fromEntries(entries);
}

function joined(one: SecurityRequirement, other: SecurityRequirement): SecurityRequirement {
  const both = Object.entries(other).map(([name, scopes]) => [name, [...new Set([...(one[name] ?? []), ...scopes])]]);
  return { ...one, ...Object.fromEntries(both) };
}

function distinct(requirements: readonly SecurityRequirement[]): SecurityRequirement[] {
  return [...new Map(requirements.map((each) => [keyOf(each), each])).values()];
}

function keyOf(requirement: SecurityRequirement): string {
  return JSON.stringify(Object.entries(requirement).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function needsNothing(requirement: SecurityRequirement): boolean {
  return Object.keys(requirement).length === 0;
}
