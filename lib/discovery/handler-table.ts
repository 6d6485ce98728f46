import 'reflect-metadata';
import type { ClassRef } from '../decorators/declaration.js';

const ORIGINAL = Symbol('nest-service-auth:handler');

/**
 * Marks a function with itself. Instrumentations wrap handlers while Nest builds the routes, and copy their metadata: the wrapper then
 * carries the mark of its handler. A name or a path could be that of another handler by accident, and the wrappers of one library may all
 * have the same name.
 */
export function markFunctions(functions: Iterable<object>): void {
  for (const each of functions) Reflect.defineMetadata(ORIGINAL, each, each);
}

/** The functions, and those that they are wrappers of: a function that is replaced later is not the one that Nest calls. */
export function withOriginals(functions: readonly object[]): object[] {
  const all = [...functions];
  for (const each of functions) {
    const original = originalOf(each);
    if (original !== undefined && !all.includes(original)) all.push(original);
  }
  return all;
}

/** The function that `wrapper` was made of, or itself; undefined if it was not marked. */
function originalOf(wrapper: unknown): object | undefined {
  return typeof wrapper === 'function' ? Reflect.getMetadata(ORIGINAL, wrapper) : undefined;
}

/** What is known of handlers, found by their class and function: two classes may share a function, but not what is declared for it. */
export class HandlerTable<T> {
  private readonly byClass = new Map<unknown, WeakMap<object, T>>();

  /** Remembers a value under every function that Nest may name as the handler. */
  set(type: ClassRef, functions: readonly object[], valueFor: (known: T | undefined) => T): void {
    // Nest names the class of a handler by the `constructor` of its object: another one, where a decorator replaced the class.
    for (const owner of new Set<unknown>([type, type.prototype?.constructor])) {
      const values = this.byClass.get(owner) ?? new WeakMap<object, T>();
      for (const each of functions) values.set(each, valueFor(values.get(each)));
      this.byClass.set(owner, values);
    }
  }

  /** The value of a handler, or of the handler that it wraps. */
  get(type: unknown, handler: object): T | undefined {
    const values = this.byClass.get(type);
    return values?.get(handler) ?? values?.get(originalOf(handler) ?? handler);
  }
}
