import isSafeRegex from 'safe-regex2';
import { AuthConfigurationError, textOf } from '../errors.js';
import { contendingRepetitions } from './contending-repetitions.js';

/** How many repetitions of one expression may be tried against each other: its time grows with that power of a path's length. */
const MOST_REPETITIONS = 3;

/** "Any path", as an expression writes it, where nothing is asked of it. */
const ANY = /(?<!\\)(?:\(\.\*\)|\.\*)(?![*+?{])/;
const AT_LEAST_ONE = /(?<!\\)(?:\(\.\+\)|\.\+)(?![*+?{])/g;

/**
 * Compiles a regular expression into a test of whole paths.
 *
 * @throws AuthConfigurationError if it is not valid, or some path could keep it busy for long.
 */
export function compileRegexTest(source: string): (path: string) => boolean {
  const whole = parse(source);
  if (!isSafeRegex(whole)) throw tooSlow(source, 'has a repetition inside a repetition');
  if (repeatsChoice(skeleton(source))) throw tooSlow(source, 'repeats a choice between alternatives');
  const pieces = source.replace(AT_LEAST_ONE, '..*').split(ANY);
  if (pieces.length > 1 && areSeparable(pieces)) return inPieces(pieces);
  if (contendingRepetitions(source) > MOST_REPETITIONS)
    throw tooSlow(source, `tries more than ${MOST_REPETITIONS} repetitions against each other`);
  return (path) => whole.test(path);
}

function parse(source: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`, 's');
  } catch (cause) {
    throw new AuthConfigurationError(`"${source}" is not a valid regular expression: ${textOf(cause)}`, { cause });
  }
}

function tooSlow(source: string, why: string): AuthConfigurationError {
  return new AuthConfigurationError(
    `"${source}" ${why}: some paths would take very long. Write it with fewer repetitions, or [^/]* for one segment.`,
  );
}

/** Whether a choice is made again and again: where several alternatives fit, every combination of them may be tried. */
function repeatsChoice(rest: string): boolean {
  const [group, inside = '', repeated = ''] = /\(([^()]*)\)([*+{]?)/.exec(rest) ?? [];
  if (group === undefined) return false;
  const isChoice = inside.includes('|');
  return (isChoice && repeated !== '') || repeatsChoice(rest.replace(group, () => (isChoice ? '|' : 'x') + repeated));
}

/** Whether the pieces may be looked for one after the other: each is an expression by itself, and but for the last of a fixed length. */
function areSeparable(pieces: readonly string[]): boolean {
  return pieces.every((piece, index) => isExpression(piece) && !(index < pieces.length - 1 ? /[|*+?{]/ : /\||[*+{]/).test(skeleton(piece)));
}

function isExpression(piece: string): boolean {
  try {
    return new RegExp(piece) instanceof RegExp && !/\\[1-9k]/.test(piece);
  } catch {
    return false;
  }
}

/** The expression without what its signs cannot be meant in: escapes, classes and look-arounds. */
function skeleton(piece: string): string {
  return piece
    .replaceAll(/\\[\s\S]/g, 'x')
    .replaceAll(/\[[^\]]*\]/g, 'x')
    .replaceAll(/\(\?<?[=!](?:[^()]|\([^()]*\))*\)/g, '')
    .replaceAll(/\(\?:/g, '(');
}

/** What stands between two "any path" may be taken where it is found first, so that nothing is ever tried twice. */
function inPieces(pieces: readonly string[]): (path: string) => boolean {
  const [first = '', ...rest] = pieces;
  const last = rest.pop() ?? '';
  const expressions = [new RegExp(first, 'sy'), ...rest.map((piece) => new RegExp(piece, 'sg')), new RegExp(`(?:${last})$`, 'sg')];
  return (path) => {
    let position = 0;
    return expressions.every((expression) => {
      expression.lastIndex = position;
      const found = expression.test(path);
      position = expression.lastIndex;
      return found;
    });
  };
}
