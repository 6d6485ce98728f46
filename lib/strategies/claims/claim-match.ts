import { isDeepStrictEqual } from 'node:util';

/** Whether a claim has a value that will do. One that is compared with strings, numbers and booleans allocates nothing. */
export type ClaimMatcher = (held: unknown) => boolean;

/** One of `values` will do; where the claim is a list, one of its members must be one of them. */
export function oneOf(values: readonly unknown[]): ClaimMatcher {
  const isExpected = values.every(isScalar)
    ? (held: unknown) => values.includes(held)
    : (held: unknown) => values.some((each) => isDeepStrictEqual(each, held));
  return (held) => isExpected(held) || hasMember(held, isExpected);
}

/** Any value will do, but null and an empty list. */
export const anyValue: ClaimMatcher = (held) => (Array.isArray(held) ? hasMember(held, isValue) : isValue(held));

/** Exactly this value will do: a list is that list. */
export function exactly(value: unknown): ClaimMatcher {
  return (held) => held !== undefined && isDeepStrictEqual(held, value);
}

function hasMember(held: unknown, isExpected: ClaimMatcher): boolean {
  if (!Array.isArray(held)) return false;
  for (const member of held) if (isExpected(member)) return true;
  return false;
}

function isValue(held: unknown): boolean {
  return held !== undefined && held !== null;
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}
