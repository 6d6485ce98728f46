import { type CharSet, contains, EVERY_CHARACTER, inBothCases } from './char-set.js';

/** A regular language: a set of texts. Terms that are written alike are one object. */
export type Term = { readonly id: number /** Whether the empty text is in it. */; readonly nullable: boolean } & (
  | { readonly kind: 'none' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'chars'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly first: Term; readonly rest: Term }
  | { readonly kind: 'or' | 'and'; readonly parts: readonly Term[] }
  | { readonly kind: 'not' | 'star'; readonly part: Term }
);

type Shape = Term extends infer T ? (T extends Term ? Omit<T, 'id' | 'nullable'> : never) : never;

/** How much work one language may take: a pattern that takes more is refused. */
const MOST_WORK = 60_000;

/** The largest count of a repetition: each is a term of its own. */
const MOST_REPETITIONS = 1000;

/** How many UTF-16 code units there are. */
const CODES = 0x1_0000;

/** Thrown where a pattern is too complex to be compiled. */
export class TooComplexError extends Error {}

/**
 * Makes the terms of one language, and derives them: what may follow when a character has been read. There are finitely many derivatives,
 * so that an automaton can be made of them, also of what must not match and of what must match at the same time.
 *
 * @see J. A. Brzozowski, Derivatives of Regular Expressions, 1964
 */
export class Language {
  /** The sets of characters that are distinguished. */
  readonly sets: CharSet[] = [];
  private readonly terms = new Map<string, Term>();
  private readonly derivatives = new Map<number, Term>();
  private work = 0;

  readonly none = this.intern('none', { kind: 'none' }, false);
  readonly empty = this.intern('empty', { kind: 'empty' }, true);
  readonly anyText = this.star(this.chars(EVERY_CHARACTER));

  /** @param ignoresCase - whether a letter stands for both of its cases. */
  constructor(private readonly ignoresCase = false) {}

  chars(given: CharSet): Term {
    const set = this.ignoresCase ? inBothCases(given) : given;
    if (set.length === 0) return this.none;
    const key = `[${set.join(' ')}]`;
    if (!this.terms.has(key)) this.sets.push(set);
    return this.intern(key, { kind: 'chars', set }, false);
  }

  /** A text as it is written. */
  text(text: string): Term {
    return text.split('').reduceRight<Term>((rest, unit) => {
      const code = unit.charCodeAt(0);
      return this.sequence(this.chars([[code, code]]), rest);
    }, this.empty);
  }

  sequence(first: Term, rest: Term): Term {
    if (first === this.none || rest === this.none) return this.none;
    if (first === this.empty) return rest;
    if (rest === this.empty) return first;
    return this.intern(`${first.id}.${rest.id}`, { kind: 'sequence', first, rest }, first.nullable && rest.nullable);
  }

  or(terms: readonly Term[]): Term {
    return this.join('or', terms, this.none, this.anyText);
  }

  and(terms: readonly Term[]): Term {
    return this.join('and', terms, this.anyText, this.none);
  }

  not(part: Term): Term {
    if (part === this.none) return this.anyText;
    if (part === this.anyText) return this.none;
    return part.kind === 'not' ? part.part : this.intern(`!${part.id}`, { kind: 'not', part }, !part.nullable);
  }

  star(part: Term): Term {
    if (part === this.none || part === this.empty) return this.empty;
    return part.kind === 'star' ? part : this.intern(`*${part.id}`, { kind: 'star', part }, true);
  }

  /** `part`, at least `min` and at most `max` times. */
  repeat(part: Term, min: number, max: number): Term {
    const isBounded = Number.isFinite(max);
    if (Math.max(min, isBounded ? max : 0) > MOST_REPETITIONS) throw new TooComplexError();
    let term = isBounded ? this.empty : this.star(part);
    if (isBounded) for (let count = min; count < max; count++) term = this.or([this.empty, this.sequence(part, term)]);
    for (let count = 0; count < min; count++) term = this.sequence(part, term);
    return term;
  }

  /** What may follow in `term` when the character `code` has been read. */
  derive(term: Term, code: number): Term {
    const key = term.id * CODES + code;
    const known = this.derivatives.get(key);
    if (known !== undefined) return known;
    const derived = this.derivativeOf(term, code);
    this.derivatives.set(key, derived);
    return derived;
  }

  private derivativeOf(term: Term, code: number): Term {
    switch (term.kind) {
      case 'none':
      case 'empty':
        return this.none;
      case 'chars':
        return contains(term.set, code) ? this.empty : this.none;
      case 'sequence': {
        const taken = this.sequence(this.derive(term.first, code), term.rest);
        return term.first.nullable ? this.or([taken, this.derive(term.rest, code)]) : taken;
      }
      case 'not':
        return this.not(this.derive(term.part, code));
      case 'star':
        return this.sequence(this.derive(term.part, code), term);
      default: {
        const parts = term.parts.map((part) => this.derive(part, code));
        return term.kind === 'or' ? this.or(parts) : this.and(parts);
      }
    }
  }

  /** In one order and without repetitions, so that there are finitely many of them. */
  private join(kind: 'or' | 'and', terms: readonly Term[], neutral: Term, absorbing: Term): Term {
    if (terms.includes(absorbing)) return absorbing;
    const distinct = new Set<Term>();
    for (const term of terms) addParts(kind, term, distinct);
    distinct.delete(neutral);
    this.spend(distinct.size);
    const parts = [...distinct];
    const [only] = parts;
    if (only === undefined) return neutral;
    if (parts.length === 1) return only;
    parts.sort((a, b) => a.id - b.id);
    const nullable = kind === 'or' ? parts.some((part) => part.nullable) : parts.every((part) => part.nullable);
    return this.intern(`${kind} ${parts.map(({ id }) => id).join()}`, { kind, parts }, nullable);
  }

  private intern(key: string, shape: Shape, nullable: boolean): Term {
    const known = this.terms.get(key);
    if (known !== undefined) return known;
    this.spend(1);
    const term = { ...shape, id: this.terms.size, nullable } as Term;
    this.terms.set(key, term);
    return term;
  }

  /** Counts work, in no unit: no pattern may make a boot take minutes. */
  spend(work: number): void {
    this.work += work;
    if (this.work > MOST_WORK) throw new TooComplexError();
  }
}

function addParts(kind: 'or' | 'and', term: Term, to: Set<Term>): void {
  if (term.kind !== kind) to.add(term);
  else for (const part of term.parts) to.add(part);
}
