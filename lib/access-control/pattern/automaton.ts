import { CharClasses } from './char-classes.js';
import type { CharSet } from './char-set.js';
import { Language, type Term, TooComplexError } from './language.js';

/** How many states one pattern may have: its table has one row for each. */
const MOST_STATES = 3000;

/** Decides whether texts are in a language: one look into a table for each character, for every language. */
export class Automaton {
  private constructor(
    /** The characters that the language distinguishes. */
    readonly classes: CharClasses,
    private readonly table: Uint16Array,
    private readonly accepting: readonly boolean[],
    /** Whether some text is accepted from a state on. */
    private readonly live: readonly boolean[],
  ) {}

  /**
   * Makes the automaton of a language.
   *
   * @param build - writes the language down.
   * @param isEnd - whether a text may end where a term follows.
   * @param language - makes the terms.
   * @throws TooComplexError if its table would be too large.
   */
  static of(
    build: (language: Language) => Term,
    isEnd = (term: Term, _: Language) => term.nullable,
    language: Language = new Language(),
  ): Automaton {
    const start = build(language);
    const classes = new CharClasses(language.sets);
    const states: Term[] = [];
    const numbers = new Map<Term, number>();
    const rows: number[] = [];
    const numberOf = (term: Term) => {
      const known = numbers.get(term);
      if (known !== undefined) return known;
      if (states.length >= MOST_STATES) throw new TooComplexError();
      numbers.set(term, states.length);
      return states.push(term) - 1;
    };
    numberOf(start);
    for (let index = 0; index < states.length; index++) rows.push(...followersOf(states[index] ?? start, language, classes).map(numberOf));
    const accepting = states.map((term) => isEnd(term, language));
    return new Automaton(classes, Uint16Array.from(rows), accepting, liveStates(rows, accepting, classes.size));
  }

  /** Whether the whole of `text` is in the language. */
  accepts(text: string): boolean {
    let state = 0;
    for (let index = 0; index < text.length; index++) {
      state = this.next(state, text.charCodeAt(index));
      if (!this.live[state]) return false;
    }
    return this.isAccepting(state);
  }

  /** The state after a character. */
  next(state: number, code: number): number {
    return this.table[state * this.classes.size + this.classes.of(code)] ?? 0;
  }

  /** Whether a text may end in a state. */
  isAccepting(state: number): boolean {
    return this.accepting[state] === true;
  }

  /** Whether some text leads from a state to an accepting one. */
  isLive(state: number): boolean {
    return this.live[state] === true;
  }
}

/** The terms that follow, by class. Most characters lead to the same: one of each kind that the term distinguishes is derived. */
function followersOf(start: Term, language: Language, { examples, membersOf }: CharClasses): Term[] {
  const sets = new Set<CharSet>();
  const seen = new Set<Term>();
  addFirstSets(start, sets, seen);
  language.spend(seen.size);
  const members = [...sets].map(membersOf);
  const derived = new Map<number | string, Term>();
  return examples.map((code, index) => {
    const key = keyOf(members, index);
    const known = derived.get(key);
    if (known !== undefined) return known;
    const term = language.derive(start, code);
    derived.set(key, term);
    return term;
  });
}

/** How many bits a number holds exactly. */
const MOST_BITS = 53;

/** In which of the sets a class is. */
function keyOf(members: readonly Uint8Array[], index: number): number | string {
  if (members.length > MOST_BITS) return members.map((each) => each[index]).join('');
  let key = 0;
  for (const each of members) key = key * 2 + (each[index] ?? 0);
  return key;
}

/** Adds the sets of characters that a text of `term` may begin with. */
function addFirstSets(term: Term, sets: Set<CharSet>, seen: Set<Term>): void {
  if (seen.has(term)) return;
  seen.add(term);
  if (term.kind === 'chars') sets.add(term.set);
  for (const part of firstPartsOf(term)) addFirstSets(part, sets, seen);
}

function firstPartsOf(term: Term): readonly Term[] {
  switch (term.kind) {
    case 'sequence':
      return term.first.nullable ? [term.first, term.rest] : [term.first];
    case 'or':
    case 'and':
      return term.parts;
    case 'not':
    case 'star':
      return [term.part];
    default:
      return [];
  }
}

function liveStates(rows: readonly number[], accepting: readonly boolean[], width: number): boolean[] {
  const before = accepting.map((): number[] => []);
  rows.forEach((to, index) => {
    before[to]?.push(Math.floor(index / width));
  });
  const live = [...accepting];
  const queue = accepting.flatMap((isEnd, state) => (isEnd ? [state] : []));
  for (let state = queue.pop(); state !== undefined; state = queue.pop())
    for (const previous of before[state] ?? []) {
      if (live[previous]) continue;
      live[previous] = true;
      queue.push(previous);
    }
  return live;
}
