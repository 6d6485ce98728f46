/** A table of objects, as `WeakMap` is one: a value lives for as long as its key. */
export interface ObjectTable<K extends object, V> {
  /** The value of a key; undefined where it has none. */
  get(key: K): V | undefined;
  /** Gives a value to a key, in place of the one that it had. */
  set(key: K, value: V): unknown;
}

/** Gives its subclass an object that is there already, so that the subclass adds its private field to that object. */
class Given {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: a private field can be added to an object in no other way
    return object;
  }
}

/**
 * Makes a table for objects of which there is a new one with each call. It keeps each value in a private field of its key, which no other
 * code can see, and which no copy of the key has: an entry of a `WeakMap` costs the garbage collector about fifty times as much.
 *
 * Give a value to a key before it is frozen. Not for requests of Express, whose prototype is changed: each new field of such an object is expensive.
 */
export function objectTable<K extends object, V>(): ObjectTable<K, V> {
  // Frozen objects take no field.
  const others = new WeakMap<K, V>();
  class Holder extends Given {
    #value: V;

    constructor(key: K, value: V) {
      super(key);
      this.#value = value;
    }

    static get(key: K): V | undefined {
      return #value in key ? key.#value : others.get(key);
    }

    static set(key: K, value: V): void {
      if (#value in key) key.#value = value;
      else if (Object.isExtensible(key)) new Holder(key, value);
      else others.set(key, value);
    }
  }
  return Holder;
}
