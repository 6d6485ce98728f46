/** What no rule is likely to name. */
const NEUTRAL: readonly string[] = ['', 'x', '7', 'x/y'];
const HOLE = '\u0000';
const FILLED_HOLE = '\u0001';

/** The words that a context writes out, and the paths that they make one after the other: `api/users`, `users`. */
export function wordsOf(context: string): string[] {
  const words = context.split(/[^\w.~%@-]+/).filter((word) => /\w/.test(word));
  const paths = words.map((_, index) => words.slice(index).join('/'));
  return [...new Set([...words, ...paths])];
}

/**
 * Some paths that a regular expression matches: its "any path" are filled with `words`, and with what nobody is likely to name.
 * None for an expression that asks for more than that.
 */
export function samplesOf(expression: string, words: readonly string[]): string[] {
  const template = expression
    .replaceAll(/\(\.\*\)|\.\*/g, HOLE)
    .replaceAll(/\(\.\+\)|\.\+|\[\^\/\]\+/g, FILLED_HOLE)
    .replaceAll(/\(\/\?\)|\/\?$|^\^|\$$/g, '')
    .replaceAll(/\\([^\w])/g, '$1');
  if (/[()[\]{}*+?|\\^$]/.test(template)) return [];
  return [...NEUTRAL, ...words].map((value) => template.replaceAll(HOLE, value).replaceAll(FILLED_HOLE, value || 'x'));
}
