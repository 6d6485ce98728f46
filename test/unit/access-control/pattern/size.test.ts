import { compileContext } from '../../../../lib/access-control/pattern/context-pattern.js';
import { Language, TooComplexError } from '../../../../lib/access-control/pattern/language.js';

/** Doubles its states with each of its last letters: too complex where it is not decided before. */
const LARGE = '(?:a|b)*a(?:a|b){12}';

const letters = String.fromCharCode(...Array.from({ length: 240 }, (_, index) => 0x4e00 + index));

describe('a regular expression is no more complex than what remains of it', () => {
  it.each([
    ['any text, whatever else is allowed', `/(?:.*|${LARGE})`, '/c', 'c'],
    ['any text but one, after another beginning', `/(?:(?!x).*|${LARGE})`, '/c', '/x'],
    ['nothing, after a beginning that is excluded', `/(?:(?!a|b)${LARGE}|c)`, '/c', '/ab'],
    ['nothing, before a character that there is not', `/(?:${LARGE}[]|c)`, '/c', '/a'],
    ['a repetition of a repetition', '/(?:(?:(?:ab)*)*c){1000}', `/${'ababc'.repeat(1000)}`, `/${'ababc'.repeat(999)}`],
    ['parts that are left out in many ways', '/(?:(?:(?:a?b?){3}c?){3}d?){3}', '/abbcdacd', '/ddddd'],
    ['alternatives in any order', `/${'(?:.*ab|.*bc|.*ca)'.repeat(6)}`, '/abcabcabcabc', '/abcabcabc'],
    ['many characters after any text', `(.*)${letters}`, `/${letters}`, letters.slice(1)],
  ])('%s', (_, source, inside, outside) => {
    const { matches } = compileContext(source, 'regex');
    expect([matches(inside), matches(outside)]).toEqual([true, false]);
  });
});

it('a language takes so much work and no more', () => {
  const language = new Language();
  // Its first four terms are work too.
  expect(() => language.spend(59_996)).not.toThrow();
  expect(() => language.spend(1)).toThrow(TooComplexError);
});
