import type { Automaton } from './automaton.js';
import { DIGITS_AND_LETTERS } from './char-classes.js';

/** A text that was looked for; its letters are missing where looking for them would have taken too long. */
export interface Found {
  readonly path?: string;
}

/** How many combinations of states are looked at. */
const MOST_COMBINATIONS = 20_000;

interface Place {
  readonly states: readonly number[];
  readonly path: string;
}

/** How many of `outside` are looked at together. */
const MOST_TOGETHER = 40;

/**
 * Looks for a text that each of `inside` accepts and none of `outside`.
 *
 * @returns undefined if there certainly is none.
 */
export function findPath(inside: readonly Automaton[], outside: readonly Automaton[] = []): Found | undefined {
  // Usually few of many automata matter: the others only check the text that was found.
  const needed: Automaton[] = [];
  while (needed.length < MOST_TOGETHER) {
    const found = search(inside, needed);
    const { path } = found ?? {};
    const other = path === undefined ? undefined : outside.find((each) => each.accepts(path));
    if (other === undefined) return found;
    needed.push(other);
  }
  return {};
}

function search(inside: readonly Automaton[], outside: readonly Automaton[]): Found | undefined {
  const automata = [...inside, ...outside];
  const isFound = (states: readonly number[]) =>
    automata.every((each, index) => each.isAccepting(states[index] ?? 0) === index < inside.length);
  const isLost = (states: readonly number[]) => inside.some((each, index) => !each.isLive(states[index] ?? 0));
  const codes = distinctCharacters(automata);
  const queue: Place[] = [{ states: automata.map(() => 0), path: '' }];
  const seen = new Set<string>();
  const visit = (place: Place) => {
    const key = place.states.join();
    if (!seen.has(key) && !isLost(place.states)) queue.push(place);
    seen.add(key);
  };
  for (const { states, path } of queue) {
    if (isFound(states)) return { path };
    if (seen.size > MOST_COMBINATIONS) return {};
    for (const code of codes)
      visit({ states: automata.map((each, index) => each.next(states[index] ?? 0, code)), path: path + String.fromCharCode(code) });
  }
  return undefined;
}

/** One character for each way in which the automata distinguish characters. */
function distinctCharacters(automata: readonly Automaton[]): number[] {
  const candidates = [...DIGITS_AND_LETTERS, ...automata.flatMap(({ classes }) => [...classes.examples, ...classes.borders])];
  const byClasses = new Map<string, number>();
  for (const code of candidates) {
    const key = automata.map(({ classes }) => classes.of(code)).join();
    if (!byClasses.has(key)) byClasses.set(key, code);
  }
  return [...byClasses.values()];
}
