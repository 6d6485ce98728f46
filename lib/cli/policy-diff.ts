import { isDeepStrictEqual } from 'node:util';
import type { PolicyDecision, PolicyEntry } from '../plan/policy.js';
import { decisionInWords, placeInWords } from './policy-format.js';

/** The routes that differ, in lines to read: `+` added, `-` removed, `~` changed. */
export function comparePolicies(before: readonly PolicyEntry[], now: readonly PolicyEntry[]): string[] {
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

function compareRoute(name: string, before: PolicyEntry | undefined, now: PolicyEntry | undefined): string[] {
  const entry = (now ?? before) as PolicyEntry;
  const title = `${entry.method} ${placeInWords(entry)}  ${entry.handler}${/ #\d+$/.exec(name)?.[0] ?? ''}`;
  if (before === undefined) return now === undefined ? [] : [`+ ${title}`, ...describe('    ', now)];
  if (now === undefined) return [`- ${title}`, ...describe('    ', before)];
  if (isDeepStrictEqual(plain(before), plain(now))) return [];
  return [`~ ${title}`, ...describe('  - ', before), ...describe('  + ', now)];
}

function describe(margin: string, { exceptions = [], ...usual }: PolicyEntry): string[] {
  const inWords = (decision: PolicyDecision) => `${decisionInWords(decision)}  (${decision.source})`;
  return [`${margin}${inWords(usual)}`, ...exceptions.map((each) => `${margin}for some values: ${inWords(each)}`)];
}

/** The form in which it is read from a file. */
function plain(entry: PolicyEntry): unknown {
  return JSON.parse(JSON.stringify(entry));
}
