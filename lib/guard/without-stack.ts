/**
 * Makes an error without its stack, which is most of what an error costs. A refusal needs none: it would only show the guard.
 * The limit is changed for the time of `make` alone, and nothing else runs in it.
 */
export function withoutStack<T extends Error>(make: () => T): T {
  const limit = Error.stackTraceLimit;
  // Where intrinsics are frozen it cannot be set, and the error has its stack.
  const isSet = Reflect.set(Error, 'stackTraceLimit', 0);
  try {
    return make();
  } finally {
    if (isSet) Error.stackTraceLimit = limit;
  }
}
