import { CharClasses } from '../../../../lib/access-control/pattern/char-classes.js';
import { charSet, type Range } from '../../../../lib/access-control/pattern/char-set.js';

/** The example of the characters in some ranges, which are written as "a-z". */
function exampleOf(written: readonly string[]): string {
  const ranges = written.map((each): Range => [each.charCodeAt(0), each.charCodeAt(2)]);
  const classes = new CharClasses([charSet(ranges)]);
  return String.fromCharCode(classes.examples[classes.of(written.join().charCodeAt(0))] ?? 0);
}

describe('the example of some characters, which a message shows,', () => {
  it.each([
    ['x, if they have it', ['!-~'], 'x'],
    ['x, if they begin with it', ['!-/', 'x-~'], 'x'],
    ['x, if they end with it', ['!-/', 'v-x'], 'x'],
    ['a digit', ['0-9'], '7'],
    ['the only digit that they have', ['!-0'], '0'],
    ['a capital letter, even if it is the last', ['!-/', '@-A'], 'A'],
    ['a small letter', ['^-b'], 'a'],
    ['their first letter', ['b-f'], 'b'],
    ['the first digit or letter that was found', ['0-5', 'x-z'], '0'],
    ['the first letter that was found', ['b-f', 'x-z'], 'b'],
    ['a letter of a later range', ['!-/', 'a-f'], 'a'],
    ['their first character, if none is a digit or a letter', ['!-#', '%-&'], '!'],
    ['their only character', ['é-é'], 'é'],
  ])('is %s', (_, written, expected) => {
    expect(exampleOf(written)).toBe(expected);
  });
});
