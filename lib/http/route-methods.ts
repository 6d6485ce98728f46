/**
 * The request methods that a handler is declared for: `safe` is GET or HEAD alone, `unsafe` any other one method, `all` every method
 * (`@All()`, a guarded mount, a check outside a route).
 *
 * @see RFC 9110 §9.2.1
 */
export type RouteMethods = 'safe' | 'unsafe' | 'all';

/** Classifies the method that a route declares: `GET`, …, or `ALL`. */
export function routeMethods(declared: string): RouteMethods {
  if (declared === 'ALL') return 'all';
  return isSafeMethod(declared) ? 'safe' : 'unsafe';
}

/** Whether a request with this method is GET or HEAD. Browsers do not send the other safe methods with cookies by themselves. */
export function isSafeMethod(method: string | undefined): boolean {
  return method === 'GET' || method === 'HEAD';
}
