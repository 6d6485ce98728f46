import type { Claims } from '../claims/claims-reader.js';

/** How deep members are looked at: claims that lie deeper are not read at all. */
const MAX_DEPTH = 32;

/** A copy of an answer without the members that are `null`, however deep. A `null` in a list is an element, and stays. */
export function withoutNulls(answer: Claims): Claims {
  return objectWithout(answer, 0);
}

function objectWithout(object: Claims, depth: number): Claims {
  const present = Object.entries(object).filter(([, value]) => value !== null);
  return Object.fromEntries(present.map(([name, value]) => [name, valueWithout(value, depth + 1)]));
}

function valueWithout(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((each) => valueWithout(each, depth + 1));
  return objectWithout(value as Claims, depth);
}
