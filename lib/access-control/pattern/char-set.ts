/** The first and the last of some UTF-16 code units. */
export type Range = readonly [first: number, last: number];

/** A set of UTF-16 code units: ranges in their order, which neither touch nor overlap. */
export type CharSet = readonly Range[];

const LAST = 0xffff;

/** Every code unit. */
export const EVERY_CHARACTER: CharSet = [[0, LAST]];

/** The set of what is in any of `ranges`. */
export function charSet(ranges: readonly Range[]): CharSet {
  const merged: [number, number][] = [];
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const previous = merged.at(-1);
    if (previous !== undefined && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** The set of what is not in `set`. */
export function complementOf(set: CharSet): CharSet {
  const starts = [0, ...set.map(([, last]) => last + 1)];
  const ends = [...set.map(([first]) => first - 1), LAST];
  return starts.flatMap((first, index): Range[] => {
    const last = ends[index] ?? LAST;
    return first <= last ? [[first, last]] : [];
  });
}

/** Whether a code unit is in `set`. */
export function contains(set: CharSet, code: number): boolean {
  return set.some(([first, last]) => first <= code && code <= last);
}

/** The largest set whose letters are looked at one by one: larger ones have both cases of nearly everything. */
const MOST_LETTERS = 4096;

/** The set with both cases of its letters. */
export function inBothCases(set: CharSet): CharSet {
  const size = set.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  if (size > MOST_LETTERS) return set;
  const letters = set.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index) => String.fromCharCode(first + index)),
  );
  const spellings = letters.flatMap((letter) => [letter, letter.toLowerCase(), letter.toUpperCase()]).filter(({ length }) => length === 1);
  return charSet(spellings.map((letter): Range => [letter.charCodeAt(0), letter.charCodeAt(0)]));
}
