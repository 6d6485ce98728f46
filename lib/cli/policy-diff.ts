import { isDeepStrictEqual } from 'node:util';
import type { PolicyDecision, PolicyEntry } from '../plan/policy.js';
import { decisionInWords } from '../plan/policy-words.js';
import { placeInWords } from './policy-format.js';

/** A route that differs: new without `before`, removed without `now`. */
export interface RouteChange {
  /** Its method, place and handler; with a number if there are several of the same. */
  readonly title: string;
  readonly before?: PolicyEntry | undefined;
  readonly now?: PolicyEntry | undefined;
}

/** The routes that differ, in lines to read: `+` added, `-` removed, `~` changed. */
export function comparePolicies(before: readonly PolicyEntry[], now: readonly PolicyEntry[]): string[] {
  return changedRoutes(before, now).flatMap(linesOf);
}

/** The routes that are not as they were. */
export function changedRoutes(before: readonly PolicyEntry[], now: readonly PolicyEntry[]): RouteChange[] {
  const [old, current] = [byRoute(before), byRoute(now)];
  const names = [...new Set([...old.keys(), ...current.keys()])].sort();
  return names.flatMap((name) => compareRoute(name, old.get(name), current.get(name)));
}

/** Duplicate routes are numbered by their order. */
function byRoute(entries: readonly PolicyEntry[]): Map<string, PolicyEntry> {
  const routes = new Map<string, PolicyEntry>();
  for (const entry of entries) {
    const name = `${placeInWords(entry)} ${entry.method} ${entry.handler}`;
    const count = [...routes.keys()].filter((known) => known === name || known.startsWith(`${name} #`)).length;
    routes.set(count === 0 ? name : `${name} #${count + 1}`, entry);
  }
  return routes;
}

function compareRoute(name: string, before: PolicyEntry | undefined, now: PolicyEntry | undefined): RouteChange[] {
  const entry = now ?? before;
  if (entry === undefined || isDeepStrictEqual(plain(before), plain(now))) return [];
  return [{ title: `${entry.method} ${placeInWords(entry)}  ${entry.handler}${/ #\d+$/.exec(name)?.[0] ?? ''}`, before, now }];
}

function linesOf({ title, before, now }: RouteChange): string[] {
  if (now === undefined) return [`- ${title}`, ...describe('    ', before)];
  if (before === undefined) return [`+ ${title}`, ...describe('    ', now)];
  return [`~ ${title}`, ...describe('  - ', before), ...describe('  + ', now)];
}

function describe(margin: string, entry: PolicyEntry | undefined): string[] {
  return decisionsInWords(entry).map((line) => `${margin}${line}`);
}

/** Who gets in and where that was said: a line for the usual decision, and one for each exception. */
export function decisionsInWords(entry: PolicyEntry | undefined): string[] {
  if (entry === undefined) return [];
  const { exceptions = [], ...usual } = entry;
  const inWords = (decision: PolicyDecision) => `${decisionInWords(decision)}  (${decision.source})`;
  return [inWords(usual), ...exceptions.map((each) => `for some values: ${inWords(each)}`)];
}

/** The form in which it is read from a file. */
function plain(entry: PolicyEntry | undefined): unknown {
  return entry && JSON.parse(JSON.stringify(entry));
}
