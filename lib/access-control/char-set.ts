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
