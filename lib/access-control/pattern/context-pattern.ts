import { AuthConfigurationError, textOf } from '../../errors.js';
import { Automaton } from './automaton.js';
import { complementOf } from './char-set.js';
import { findPath } from './find-path.js';
import { Language, type Term, TooComplexError } from './language.js';
import { regexLanguage, regexTexts, UnsupportedPartError } from './regex-language.js';

/** How the context of a rule is written. */
export type ContextSyntax = 'glob' | 'regex';

/** A rule's context, compiled once. */
export interface ContextPattern {
  /** As it was written. */
  readonly source: string;
  /** The paths that it matches. */
  readonly automaton: Automaton;
  /** Whether the whole of `path` matches. */
  matches(path: string): boolean;
  /** Whether the whole of `path` matches, if no letter's case counts. */
  matchesInAnyCase(path: string): boolean;
  /** Whether every path that `other` matches is matched by this too. */
  covers(other: ContextPattern): boolean;
}

/** The end of a glob, for the path before it and everything below it. */
const BELOW = /\/\**$/;

/** Signs of a regular expression, or of a route's pattern, in what is read as a glob. */
const FOREIGN_SIGNS = /[()[\]\\^$?{}]|\.\*|\.\+|\/:/;

/**
 * Compiles a context: a glob (`*` is any part of one segment, `**` any path, and `/*` at the end the path before it and everything
 * below it), or a regular expression that must match the whole path. Each of them matches a path in one pass over its characters.
 *
 * @throws AuthConfigurationError for a pattern that is not valid, or is too complex.
 */
export function compileContext(source: string, syntax: ContextSyntax): ContextPattern {
  if (syntax === 'glob') refuseForeignSigns(source);
  else refuseInvalid(source);
  const read = syntax === 'glob' ? globLanguage : regexLanguage;
  const automaton = compile(source, read);
  // Most paths lack it, and looking for it takes less time than reading the path letter by letter.
  const part = longest(syntax === 'glob' ? source.replace(BELOW, '').split('*') : regexTexts(source));
  let inAnyCase: Automaton | undefined;
  return {
    source,
    automaton,
    matches: (path) => path.includes(part) && automaton.accepts(path),
    matchesInAnyCase: (path) => {
      // Few applications need it.
      inAnyCase ??= compile(source, read, new Language(true));
      return inAnyCase.accepts(path);
    },
    covers: (other) => findPath([other.automaton], [automaton]) === undefined,
  };
}

function refuseForeignSigns(source: string): void {
  if (FOREIGN_SIGNS.test(source))
    throw new AuthConfigurationError(
      `"${source}" is not a glob. Write one such as "/api/*", or set contextSyntax: 'regex' for regular expressions.`,
    );
  if (!source.startsWith('/') && !source.startsWith('*')) throw new AuthConfigurationError(`"${source}" must begin with "/".`);
}

/** JavaScript's own message is the best one. Nothing is ever matched with this expression. */
function refuseInvalid(source: string): void {
  try {
    new RegExp(source, 's');
  } catch (cause) {
    throw new AuthConfigurationError(`"${source}" is not a valid regular expression: ${textOf(cause)}`, { cause });
  }
}

function compile(source: string, read: (source: string, language: Language) => Term, into = new Language()): Automaton {
  try {
    return Automaton.of((language) => read(source, language), undefined, into);
  } catch (cause) {
    if (cause instanceof UnsupportedPartError)
      throw new AuthConfigurationError(
        `"${source}" ${cause.message}: this module decides paths without trying alternatives one after the other, and cannot do that. Write it without.`,
        { cause },
      );
    // A RangeError: so many parts within each other that the stack overflows.
    if (cause instanceof TooComplexError || cause instanceof RangeError)
      throw new AuthConfigurationError(
        `"${source}" is too complex: it has too many repetitions that may overlap. Write fewer of them, [^/]* for one segment, or + and * in place of a count.`,
        { cause },
      );
    throw cause;
  }
}

function longest(texts: readonly string[]): string {
  return texts.reduce((longer, text) => (text.length > longer.length ? text : longer), '');
}

function globLanguage(glob: string, language: Language): Term {
  const slash = language.text('/');
  const base = partsOf(glob.replace(BELOW, ''), language);
  // A slash at the end of a path makes no difference to routing, and so none to rules.
  const itself = language.sequence(base, language.or([language.empty, slash]));
  if (!/\/\*\*?$/.test(glob)) return itself;
  return language.or([itself, language.sequence(base, language.sequence(slash, language.anyText))]);
}

function partsOf(glob: string, language: Language): Term {
  const inSegment = language.star(language.chars(complementOf([[SLASH, SLASH]])));
  const termOf = (part: string) => (part.startsWith('**') ? language.anyText : part === '*' ? inSegment : language.text(part));
  return glob.split(/(\*+)/).reduceRight<Term>((rest, part) => language.sequence(termOf(part), rest), language.empty);
}

const SLASH = 0x2f;
