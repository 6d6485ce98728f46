import { resultOf } from './errors.js';
import { isJsonObject } from './json-object.js';
import { objectTable } from './object-table.js';

type Data = Readonly<Record<string, unknown>>;

/** How deep data may be: what lies deeper is left out. No claim that is looked at does. */
const MAX_DEPTH = 32;

/** Copies that were made here: a principal that is made of another one needs no new copy of its claims. */
const copies = objectTable<object, true>();

/** A copy of an object as plain data, frozen throughout; what it is made of is not touched. What JSON could not hold is left out. */
export function frozenCopy(value: Data): Data {
  if (copies.get(value) === true) return value;
  const copy = copyOf(value, 0, new Map());
  return isJsonObject(copy) ? copy : frozen({});
}

/**
 * Freezes data that has just been parsed and has no other reference: the same as {@link frozenCopy}, without the copy. What lies too deep is
 * left out.
 */
export function frozenData(value: Data): Data {
  if (copies.get(value) === true) return value;
  // First of all: nothing can be added to what is frozen.
  copies.set(value, true);
  freezeInside(value, 0);
  return value;
}

function freezeInside(value: object, depth: number): void {
  for (const key of Object.keys(value)) {
    const inside = (value as Data)[key];
    if (typeof inside !== 'object' || inside === null) continue;
    if (depth < MAX_DEPTH) freezeInside(inside, depth + 1);
    else leaveOut(value, key);
  }
  Object.freeze(value);
}

function leaveOut(value: object, key: string): void {
  if (Array.isArray(value)) value[Number(key)] = null;
  else Reflect.deleteProperty(value, key);
}

/** @param seen - the copies so far, so that what is there twice is copied once; undefined for what is being copied, which would be a circle. */
function copyOf(value: unknown, depth: number, seen: Map<object, unknown>): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null || copies.get(value) === true) return value;
  if (depth > MAX_DEPTH || seen.has(value)) return seen.get(value);
  seen.set(value, undefined);
  const copy = copyOfObject(value, depth, seen);
  seen.set(value, copy);
  return copy;
}

function copyOfObject(value: object, depth: number, seen: Map<object, unknown>): unknown {
  const inside = (nested: unknown) => copyOf(nested, depth + 1, seen);
  try {
    if (Array.isArray(value)) return frozen(Array.from(value, (each) => inside(each) ?? null));
    if (value instanceof Set) return frozen([...value].map((each) => inside(each) ?? null));
    const { toJSON } = value as { readonly toJSON?: unknown };
    const json: unknown = typeof toJSON === 'function' ? toJSON.call(value) : value;
    if (json !== value) return inside(json);
    const keys = value instanceof Map ? [...value.keys()].filter((key) => typeof key === 'string') : Object.keys(value);
    const read = (key: string): unknown => (value instanceof Map ? value.get(key) : (value as Data)[key]);
    // One getter that throws must not take the rest along.
    return frozen(Object.fromEntries(keys.map((key) => [key, resultOf(() => inside(read(key)))]).filter(([, copy]) => copy !== undefined)));
  } catch {
    // A proxy or a method of the application that throws: there is nothing to copy.
    return undefined;
  }
}

function frozen<T extends object>(copy: T): Readonly<T> {
  copies.set(copy, true);
  return Object.freeze(copy);
}
