import { checkEach } from '../config/every-mistake.js';
import type { Route } from '../discovery/handler-catalog.js';
import type { RawRoute } from '../discovery/raw-routes.js';
import { within } from '../errors.js';
import type { Automaton } from './pattern/automaton.js';
import { type ContextPattern, compileContext } from './pattern/context-pattern.js';
import { findPath } from './pattern/find-path.js';
import { routePaths } from './route-paths.js';

/** A place where an application answers. */
export interface Place {
  /** As the operator knows it. */
  readonly label: string;
  /** The request's method, or `ALL`. */
  readonly method: string;
  /** Its paths, as the framework writes them. */
  readonly patterns: readonly string[];
  /** The same paths, as rules see them. */
  readonly paths: readonly Automaton[];
}

/** What an application answers: the rules are compared with it. */
export interface Surface {
  /** The routes of controllers. */
  readonly routes: readonly Place[];
  /** What `AuthService.protect()` guards. */
  readonly mounts: readonly Place[];
  /** What is registered on the framework itself. */
  readonly raw: readonly Place[];
  /** What the `rawRoutes` option lists as open. */
  readonly open: readonly ContextPattern[];
}

/** A route of a controller, as rules see it. */
export function placeOfRoute({ label, method, paths }: Route): Place {
  return placeOf(label, method, paths);
}

/** A raw route, as rules see it. What a regular expression leads to is not known. */
export function placeOfRawRoute({ method, path }: RawRoute): Place {
  return placeOf(`${method} ${path}`, method, [/[\\^]/.test(path) ? '/*' : path]);
}

/** What is at a path and below it, as rules see it. */
export function placeOfMount(at: string): Place {
  return placeOf(at, 'ALL', [`${at}{/*below}`]);
}

/** The paths are compiled when they are first read: an application without rules never reads them. */
function placeOf(label: string, method: string, patterns: readonly string[]): Place {
  let paths: readonly Automaton[] | undefined;
  return {
    label,
    method,
    patterns,
    get paths() {
      paths ??= patterns.map(routePaths);
      return paths;
    },
  };
}

/**
 * Compiles the `rawRoutes` option.
 *
 * @throws AuthConfigurationError with every glob that is none.
 */
export function openPaths(globs: readonly string[]): ContextPattern[] {
  return checkEach(globs, (glob, index) => within(`AuthModule options.rawRoutes[${index}]`, () => compileContext(glob, 'glob')));
}

/** The raw routes that `rawRoutes` does not name and no mount guards. */
export function unguarded({ raw, mounts, open }: Surface): Place[] {
  const known = [...open.map(({ automaton }) => automaton), ...mounts.flatMap(({ paths }) => paths)];
  return raw.filter(({ paths }) => !paths.every((path) => known.some((each) => findPath([path], [each]) === undefined)));
}
