import 'reflect-metadata';

const ORIGINAL = Symbol('nest-service-auth:handler');

/**
 * Marks a handler with itself. Whoever wraps it and copies its metadata, as instrumentations do while Nest builds the routes, copies the
 * mark: unlike a name or a path, it cannot be that of another handler by accident. The names of functions say nothing, because every
 * wrapper of a library may have the same.
 */
export function markHandler(handler: object): void {
  Reflect.defineMetadata(ORIGINAL, handler, handler);
}

/** The handler that `handler` is a wrapper of, or itself; undefined if it was not marked. */
export function originalOf(handler: unknown): object | undefined {
  return typeof handler === 'function' ? Reflect.getMetadata(ORIGINAL, handler) : undefined;
}
