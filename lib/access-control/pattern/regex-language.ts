import { type AST, RegExpParser } from '@eslint-community/regexpp';
import { textOf } from '../../errors.js';
import { type CharSet, charSet, complementOf, EVERY_CHARACTER, type Range } from './char-set.js';
import type { Language, Term } from './language.js';

/** Thrown where an expression has a part that no automaton can decide, or that would not mean what it seems to. */
export class UnsupportedPartError extends Error {}

/** The longest expression. */
const MOST_CHARACTERS = 1000;

/**
 * Reads a regular expression of JavaScript as a language, by its syntax tree: what its whole texts are.
 *
 * @throws UnsupportedPartError for a part that is not supported.
 */
export function regexLanguage(source: string, language: Language): Term {
  if (source.length > MOST_CHARACTERS) throw new UnsupportedPartError(`is longer than ${MOST_CHARACTERS} characters`);
  return new Reader(language).choice(alternativesOf(source), language.empty, true);
}

/** Texts that are in every text of the expression: what is written out between its other parts. */
export function regexTexts(source: string): string[] {
  const [only, ...others] = alternativesOf(source);
  if (only === undefined || others.length > 0) return [];
  const texts = [''];
  for (const element of only.elements) {
    if (element.type === 'Character') texts.push(texts.pop() + String.fromCharCode(element.value));
    else texts.push('');
  }
  return texts;
}

/** A newer JavaScript engine accepts expressions that the parser does not know yet. */
function alternativesOf(source: string): readonly AST.Alternative[] {
  try {
    return new RegExpParser().parsePattern(source).alternatives;
  } catch (cause) {
    throw new UnsupportedPartError(`cannot be read (${textOf(cause)})`, { cause });
  }
}

/** Reads from the end to the beginning: what follows a part is known when the part is read, so that a lookahead can be about it. */
class Reader {
  constructor(private readonly language: Language) {}

  choice(alternatives: readonly AST.Alternative[], after: Term, isFirst = false): Term {
    return this.language.or(alternatives.map(({ elements }) => this.series(elements, after, isFirst)));
  }

  private series(elements: readonly AST.Element[], after: Term, isFirst: boolean): Term {
    return elements.reduceRight((rest, element, index) => this.element(element, rest, isFirst && index === 0), after);
  }

  private element(element: AST.Element, after: Term, isFirst: boolean): Term {
    switch (element.type) {
      case 'Assertion':
        return this.assertion(element, after, isFirst);
      case 'Group':
        if (element.modifiers !== null) throw unsupported(element, 'changes flags');
        return this.choice(element.alternatives, after, isFirst);
      case 'CapturingGroup':
        return this.choice(element.alternatives, after, isFirst);
      case 'Quantifier':
        return this.language.sequence(this.repetition(element), after);
      case 'Backreference':
        throw unsupported(element, 'refers to a group');
      default:
        return this.language.sequence(this.language.chars(charactersOf(element)), after);
    }
  }

  private repetition({ element, min, max }: AST.Quantifier): Term {
    const assertion = findAssertion(element);
    if (assertion !== undefined) throw unsupported(assertion, 'is inside a repetition');
    return this.language.repeat(this.element(element, this.language.empty, false), min, max);
  }

  private assertion(assertion: AST.Assertion, after: Term, isFirst: boolean): Term {
    const { language } = this;
    if (assertion.kind === 'end') return language.and([language.empty, after]);
    if (assertion.kind === 'start' && isFirst) return after;
    if (assertion.kind !== 'lookahead') throw unsupported(assertion, 'looks back');
    const ahead = this.choice(assertion.alternatives, language.anyText);
    return language.and([assertion.negate ? language.not(ahead) : ahead, after]);
  }
}

/** A repetition in `element` is checked when it is read itself. */
function findAssertion(element: AST.Element): AST.Assertion | undefined {
  if (element.type === 'Assertion') return element;
  if (element.type !== 'Group' && element.type !== 'CapturingGroup') return undefined;
  for (const { elements } of element.alternatives)
    for (const each of elements) {
      const found = findAssertion(each);
      if (found !== undefined) return found;
    }
  return undefined;
}

function unsupported({ raw }: AST.Node, why: string): UnsupportedPartError {
  return new UnsupportedPartError(`has "${raw}", which ${why}`);
}

type CharacterElement = Exclude<AST.Element, AST.Assertion | AST.Group | AST.CapturingGroup | AST.Quantifier | AST.Backreference>;

function charactersOf(element: CharacterElement): CharSet {
  switch (element.type) {
    case 'Character':
      return [[element.value, element.value]];
    case 'CharacterSet':
      return namedSet(element);
    case 'CharacterClass': {
      const set = charSet(element.elements.flatMap((each) => classElement(each)));
      return element.negate ? complementOf(set) : set;
    }
    default:
      throw unsupported(element, 'is not supported');
  }
}

function classElement(element: AST.CharacterClassElement): CharSet {
  switch (element.type) {
    case 'CharacterClassRange':
      return [[element.min.value, element.max.value]];
    case 'Character':
    case 'CharacterSet':
    case 'CharacterClass':
      return charactersOf(element);
    default:
      throw unsupported(element, 'is not supported');
  }
}

const DIGITS: readonly Range[] = [[0x30, 0x39]];
const LETTERS: readonly Range[] = [
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
/** WhiteSpace and LineTerminator. @see ECMA-262 §22.2.2.9 */
const BLANKS: readonly Range[] = [
  [9, 13],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];

function namedSet(element: AST.CharacterSet): CharSet {
  if (element.kind === 'any') return EVERY_CHARACTER;
  if (element.kind === 'property') throw unsupported(element, 'is not supported');
  const named = { digit: DIGITS, word: [...DIGITS, ...LETTERS], space: BLANKS }[element.kind];
  return element.negate ? complementOf(charSet(named)) : charSet(named);
}
