/** A value that is there already, or will be. */
export type Awaitable<T> = T | Promise<T>;

/** Whether a value has to be waited for. */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | null | undefined)?.then === 'function';
}

/** Calls `next` with a value as soon as it is there: at once if it is there already. */
export function whenSettled<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return isPromise(value) ? Promise.resolve(value).then(next) : next(value);
}

/** Visits items in order until one visit returns something, waiting only for visits that return a promise. */
export function inTurn<T, R>(items: readonly T[], visit: (item: T) => Awaitable<R | undefined>, from = 0): Awaitable<R | undefined> {
  for (let index = from; index < items.length; index++) {
    const found = visit(items[index] as T);
    if (isPromise(found)) return Promise.resolve(found).then((result) => result ?? inTurn(items, visit, index + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}
