import { ANONYMOUS } from '../anonymous.js';
import { fieldError } from '../errors.js';
import type { CombinedStep, SingleStep, Step } from './plan.js';
import { notLast, subjectOf } from './scheme-groups.js';

/** Where an entry stands. */
export interface Place {
  /** The path that mistakes are reported under. */
  readonly path: string;
  /** Its position among the entries of its list. */
  readonly position: 'alone' | 'last' | 'before others' | 'in allOf';
}

/** A step that requires nothing yet. */
export type StepOf = Omit<SingleStep, 'requirements'> | Omit<CombinedStep, 'requirements'>;

/** The steps of one entry: one step, or one for each member of a group. */
export interface Ways<S = Step> {
  readonly steps: readonly S[];
  /** Whether it ends in `'anonymous'`. */
  readonly admitsAnonymous: boolean;
  /** Whether it is a group. */
  readonly isGroup: boolean;
}

/** The place of an entry in a list. */
export function placeIn(entries: readonly unknown[], index: number, path: string): Place {
  const isLast = index === entries.length - 1;
  return { path: `${path}[${index}]`, position: isLast ? (entries.length === 1 ? 'alone' : 'last') : 'before others' };
}

/**
 * Checks that an entry that ends in `'anonymous'` is allowed in its place.
 *
 * @param name - `'anonymous'`, or the name of a group that ends in it.
 * @throws AuthConfigurationError with the cure.
 */
export function checkAnonymousAt({ path, position }: Place, name: string): void {
  if (position === 'before others') throw fieldError(path, notLast(name));
  if (position === 'in allOf')
    throw fieldError(
      path,
      `${subjectOf(name)} cannot stand in allOf, where every entry must accept credentials. Put '${ANONYMOUS}' last in the list.`,
    );
  if (position === 'alone' && name === ANONYMOUS)
    throw fieldError(path, `'${ANONYMOUS}' is the only entry. Name the schemes before it, or write auth: false for an open route.`);
}

/** Every combination of one member of each list, in order. */
export function combinationsOf<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((found, list) => found.flatMap((members) => list.map((member) => [...members, member])), [[]]);
}

/** The steps of a list of entries. A scheme that is also in a group is tried once: otherwise one failed login would count twice. */
export function stepsOf(ways: readonly Ways[]): Step[] {
  const kept: { readonly step: Step; readonly isGroup: boolean }[] = [];
  for (const { steps, isGroup } of ways)
    for (const step of steps) if (!kept.some((each) => (each.isGroup || isGroup) && isSame(each.step, step))) kept.push({ step, isGroup });
  return kept.map(({ step }) => step);
}

function isSame(one: Step, other: Step): boolean {
  if (one.kind !== 'single' || other.kind !== 'single' || one.authenticator !== other.authenticator) return false;
  return one.requirements === other.requirements || (requiresNothing(one) && requiresNothing(other));
}

function requiresNothing({ requirements }: Step): boolean {
  return requirements.demands.length === 0;
}
