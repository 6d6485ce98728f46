import { type CharSet, charSet, complementOf, type Range } from '../../../../lib/access-control/pattern/char-set.js';

describe('a set of characters', () => {
  it.each<[string, readonly Range[], CharSet]>([
    [
      'touch',
      [
        [1, 2],
        [3, 4],
      ],
      [[1, 4]],
    ],
    [
      'touch, in another order',
      [
        [3, 4],
        [1, 2],
      ],
      [[1, 4]],
    ],
    [
      'share one character',
      [
        [1, 3],
        [3, 4],
      ],
      [[1, 4]],
    ],
    [
      'share many',
      [
        [1, 9],
        [2, 4],
        [8, 12],
      ],
      [[1, 12]],
    ],
    [
      'have one character between them',
      [
        [1, 2],
        [4, 5],
      ],
      [
        [1, 2],
        [4, 5],
      ],
    ],
  ])('has as few ranges as possible where some %s', (_, ranges, expected) => {
    expect(charSet(ranges)).toEqual(expected);
  });

  it.each<[string, CharSet, CharSet]>([
    ['nothing', [], [[0, 0xffff]]],
    ['everything', [[0, 0xffff]], []],
    ['the first characters', [[0, 5]], [[6, 0xffff]]],
    ['the last characters', [[6, 0xffff]], [[0, 5]]],
    ['all but the first', [[1, 0xffff]], [[0, 0]]],
    ['all but the last', [[0, 0xfffe]], [[0xffff, 0xffff]]],
    [
      'all but one between',
      [
        [0, 4],
        [6, 0xffff],
      ],
      [[5, 5]],
    ],
  ])('has a complement: of %s', (_, set, expected) => {
    expect(complementOf(set)).toEqual(expected);
  });
});
