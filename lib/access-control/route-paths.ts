import { type RoutePart, routeParts } from '../http/route-pattern.js';
import { ACCEPTED_PATH } from './accepted-paths.js';
import { Automaton } from './pattern/automaton.js';
import { complementOf } from './pattern/char-set.js';
import type { Language, Term } from './pattern/language.js';
import { regexLanguage } from './pattern/regex-language.js';

const SLASH = 0x2f;

/** The paths that rules are checked against. */
export const ACCEPTED_PATHS = Automaton.of((language) => regexLanguage(ACCEPTED_PATH, language));

/** The paths that a route's pattern leads to, spelled as rules see them. */
export function routePaths(pattern: string): Automaton {
  return Automaton.of(
    (language) => series(routeParts(pattern), language),
    // A path that ends in a slash is checked without it.
    (term, language) => term.nullable || language.derive(term, SLASH).nullable,
  );
}

/** Reads from the end to the beginning. Where a group begins, what follows it may be read at once. */
function series(parts: readonly RoutePart[], language: Language): Term {
  const behindGroups: Term[] = [];
  let rest = language.empty;
  for (const part of parts.toReversed()) {
    if (part.kind === 'close') behindGroups.push(rest);
    if (part.kind === 'open') rest = language.or([rest, behindGroups.pop() ?? language.none]);
    rest = language.sequence(termOf(part, language), rest);
  }
  return rest;
}

function termOf(part: RoutePart, language: Language): Term {
  if (part.kind === 'text') return language.text(part.text);
  if (part.kind === 'wildcard') return language.anyText;
  if (part.kind !== 'parameter') return language.empty;
  const letter = language.chars(complementOf([[SLASH, SLASH]]));
  return language.sequence(letter, language.star(letter));
}
