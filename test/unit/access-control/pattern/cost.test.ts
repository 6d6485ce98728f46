import fc from 'fast-check';
import { type ContextSyntax, compileContext } from '../../../../lib/access-control/pattern/context-pattern.js';
import { AuthConfigurationError } from '../../../../lib/errors.js';

/** Milliseconds that no path may cost, and that no pattern may keep the boot waiting, whether it is taken or refused. */
const MOST_FOR_A_PATH = 5;
const MOST_FOR_A_PATTERN = 2000;
const LENGTH = 8192;

/** A pattern as it is used; undefined if the boot refuses it. */
function booted(source: string, syntax: ContextSyntax): ((path: string) => boolean) | undefined {
  try {
    return compileContext(source, syntax).matches;
  } catch (error) {
    if (!(error instanceof AuthConfigurationError)) throw error;
    return undefined;
  }
}

/** The best of several: what else the machine does is not the pattern's fault. */
function costOf(work: () => unknown): number {
  const costs = Array.from({ length: 4 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...costs);
}

/** Long paths of few letters, so that what is repeated in a pattern is repeated in them, and those that nearly match. */
const pathParts = fc.tuple(
  fc.constantFrom('/', '/a', ''),
  fc.string({ unit: fc.constantFrom('a', 'b', '/', '-', '.', 'é'), minLength: 1, maxLength: 4 }),
  fc.constantFrom('', '/', '!', 'x', 'a'),
);
const longPath = ([head, unit, tail]: readonly [string, string, string]) =>
  head + unit.repeat(LENGTH).slice(0, LENGTH - head.length - tail.length) + tail;

const atom = fc.constantFrom(
  'a',
  'b',
  '/',
  '-',
  '.',
  '\\w',
  '\\W',
  '\\s',
  '\\d',
  '[^/]',
  '[ab]',
  '[^a-c-]',
  '[aA]',
  'é',
  '\\u{61}',
  '\\p{L}',
  '(?:)',
);
const quantifier = fc.constantFrom('', '', '*', '+', '?', '*?', '+?', '{2}', '{1,255}', '{3,}', '{0,40}?', '{1000}');
const expression = fc.letrec<{ node: string; group: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(atom, quantifier).map((parts) => parts.join('')),
    tie('group'),
  ),
  group: fc
    .tuple(
      fc.constantFrom('(', '(?:', '(?=', '(?!', '(?<!', '(?<=', '(?<n>'),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.constantFrom('', '|'),
      fc.array(tie('node'), { maxLength: 3 }),
      quantifier,
    )
    .map(([open, left, or, right, times]) => `${open}${left.join('')}${or}${right.join('')})${times}`),
})).node;
const regex = fc
  .tuple(
    fc.constantFrom('', '/', '(.*)', '^'),
    fc.array(expression, { minLength: 1, maxLength: 6 }),
    fc.constantFrom('', 'x', '\\1', '\\s*\\s*', '$', '(a|a)*!'),
  )
  .map(([head, nodes, tail]) => head + nodes.join('') + tail);
const glob = fc
  .array(fc.constantFrom('*', '*', '**', '/', '-', 'a', '.', '/*'), { minLength: 1, maxLength: 40 })
  .map((parts) => `/${parts.join('')}`);

it.each<[string, ContextSyntax, fc.Arbitrary<string>, number]>([
  ['glob', 'glob', glob, 400],
  ['regular expression', 'regex', regex, 600],
])('no %s that boots costs milliseconds on a path of 8 KiB, and none keeps the boot waiting', (_, syntax, pattern, numRuns) => {
  fc.assert(
    fc.property(pattern, pathParts, (source, parts) => {
      const path = longPath(parts);
      const start = performance.now();
      const matches = booted(source, syntax);
      expect(performance.now() - start).toBeLessThan(MOST_FOR_A_PATTERN);
      if (matches !== undefined) expect(costOf(() => matches(path))).toBeLessThan(MOST_FOR_A_PATH);
    }),
    { numRuns },
  );
});

it.each<[ContextSyntax, string, string]>([
  ['glob', '/reports/*-*-*.pdf', '-'],
  ['glob', `/${'*-'.repeat(40)}x`, '-'],
  ['glob', `/${'**/a'.repeat(20)}`, '/a'],
  ['regex', '/(a+)+!', 'a'],
  ['regex', '/(a|a)*!', 'a'],
  ['regex', '/(a|ab|b)*!', 'ab'],
  ['regex', '/\\s*\\s*\\s*\\s*!', '\u00a0'],
  ['regex', '/.*.*.*.*.*!', 'a'],
  ['regex', '/(?:.*a){10}!', 'a'],
  ['regex', '/(?!(a+)+!)(a*)*b', 'a'],
  ['regex', '/(?=(.*a){8}!)?x', 'a'],
  ['regex', '/[^/]{1,255}-[^/]{1,255}!', '-'],
  ['regex', '/[aA]{1,500}[Aa]*!', 'a'],
  ['regex', '(.*)/'.repeat(40), '/'],
])('a pattern that backtracking takes seconds for is refused, or decided at once: %s %s', (syntax, source, unit) => {
  const matches = booted(source, syntax);
  const path = `/${unit.repeat(LENGTH).slice(0, LENGTH - 1)}`;
  expect(matches === undefined ? 0 : costOf(() => matches(path))).toBeLessThan(MOST_FOR_A_PATH);
});

it('many rules one after another cost what they cost one by one', () => {
  const patterns = Array.from({ length: 300 }, (_, index) => compileContext(`(.*)/a(.*)/${index}(.*)(.+)!`, 'regex'));
  const path = '/a'.repeat(1024);
  expect(costOf(() => patterns.some(({ matches }) => matches(path)))).toBeLessThan(MOST_FOR_A_PATH * 10);
});
