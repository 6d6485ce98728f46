/** A repetition without an upper bound: what is repeated, the groups that end behind it, and what comes next. */
const REPETITION = /(?<atom>\\.|\[(?:\\.|[^\]])*\]|[^()|])(?:[*+]|\{\d+,\})\??(?<ends>\)*)(?=(?<next>\\?[\s\S][?*{]?|$))/g;
const INNERMOST_GROUP = /\((?<inside>[^()]*)\)(?<repeated>[*+]|\{\d+,\})?/;
const LITERAL = /^(?:\\[^\w]|[^\\[.(){}*+?|^$])$/;

/** Stands for one repetition that contends: a character that no expression has. */
const MARK = '\u0001';

/**
 * How many repetitions of an expression could be tried against each other on one path, so that the time grows with that power of its
 * length. A repetition does not contend if the character that follows ends it, as the slash ends `[^/]+/`.
 */
export function contendingRepetitions(source: string): number {
  const plain = source.replace(/(?:\(\.\*\)|\.\*)$/, '').replaceAll(/\(\?(?:<?[=!]|<\w+>|:)/g, '(');
  let rest = plain.replaceAll(REPETITION, (_, atom: string, ends: string, next: string) => `${contends(atom, next) ? MARK : ''}${ends}`);
  for (let group = INNERMOST_GROUP.exec(rest); group !== null; group = INNERMOST_GROUP.exec(rest)) {
    const { inside = '', repeated } = group.groups ?? {};
    const marks = MARK.repeat(ofCostliest(inside) + (repeated === undefined ? 0 : 1));
    rest = rest.slice(0, group.index) + marks + rest.slice(group.index + group[0].length);
  }
  return ofCostliest(rest);
}

function contends(atom: string, next: string): boolean {
  if (next === '' || LITERAL.test(atom)) return false;
  return !LITERAL.test(next) || new RegExp(`^${atom}$`, 's').test(next.at(-1) ?? '');
}

/** Of alternatives, one is on the way of a path. */
function ofCostliest(alternatives: string): number {
  return Math.max(...alternatives.split('|').map((each) => each.split(MARK).length - 1));
}
