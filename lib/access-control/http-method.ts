import { METHODS } from 'node:http';
import { suggest } from '../config/nearest-name.js';
import { AuthConfigurationError } from '../errors.js';

/** The methods that a rule is about: every one, or these, in upper case. */
export type MethodSet = 'all' | ReadonlySet<string>;

/**
 * Reads `all`, one method, a list of them, or a list in one string (`"GET, HEAD"`). A rule for GET covers HEAD,
 * which runs the same handler.
 *
 * @throws AuthConfigurationError for a name that is not a method.
 * @see RFC 9110 §9.3.2
 */
export function parseMethods(given: string | readonly string[]): MethodSet {
  const names = (typeof given === 'string' ? given.split(',') : [...given]).map((name) => name.trim().toUpperCase());
  if (names.includes('ALL')) {
    if (names.length === 1) return 'all';
    throw new AuthConfigurationError('lists "all" beside other methods. Write "all" alone, or the methods.');
  }
  for (const name of names)
    if (!METHODS.includes(name)) throw new AuthConfigurationError(`"${name}" is not a method. ${suggest(name, METHODS)}`);
  return new Set(names.includes('GET') ? [...names, 'HEAD'] : names);
}

/** Whether a rule for `methods` covers `method`: a whole name, never a part of one. */
export function coversMethod(methods: MethodSet, method: string): boolean {
  return methods === 'all' || methods.has(method);
}

/** Whether every method of `inner` is one of `outer`. */
export function coversMethods(outer: MethodSet, inner: MethodSet): boolean {
  if (outer === 'all') return true;
  return inner !== 'all' && [...inner].every((method) => outer.has(method));
}
