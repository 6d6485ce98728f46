import 'reflect-metadata';

const ORIGINAL = Symbol('nest-service-auth:handler');

/**
 * Marks a handler with itself. Whoever wraps it and copies its metadata, as instrumentations do while Nest builds the routes, copies the
 * mark: unlike a name or a path, it cannot be that of another handler by accident.
 */
export function markHandler(handler: object): void {
  Reflect.defineMetadata(ORIGINAL, handler, handler);
}

/** The handler that `handler` is a wrapper of, or itself; undefined if it was not marked. */
export function originalOf(handler: unknown): unknown {
  return typeof handler === 'function' ? Reflect.getMetadata(ORIGINAL, handler) : undefined;
}
