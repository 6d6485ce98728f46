import { nearestName } from '../config/nearest-name.js';
import type { ConfigurationProblem } from '../errors.js';
import { usualPath } from '../http/route-pattern.js';
import type { CompiledRule } from './access-rule.js';
import { coversMethod, coversMethods } from './http-method.js';
import { findPath } from './pattern/find-path.js';
import { ACCEPTED_PATHS } from './route-paths.js';
import type { Place, Surface } from './surface.js';

/** The secured rules that protect nothing because no route or mount has a matching path and method; each with the cure. */
export function uncoveredRules(rules: readonly CompiledRule[], surface: Surface): ConfigurationProblem[] {
  const guarded = [...surface.routes, ...surface.mounts];
  return rules.flatMap((rule) => {
    if (!rule.secured || guarded.some((place) => isAbout(rule, place) && sharesMethod(rule, place))) return [];
    return [{ path: `${rule.place}.context`, message: `"${rule.context.source}" protects nothing: ${reasonOf(rule, surface)}` }];
  });
}

/** The rules that require authentication on paths that `rawRoutes` lists as open. */
export function contradictedRules(rules: readonly CompiledRule[], { open }: Surface): ConfigurationProblem[] {
  return open.flatMap(({ source, automaton }, index) =>
    rules.flatMap((rule) => {
      const earlier = rules.slice(0, rule.index).filter((each) => coversMethods(each.methods, rule.methods));
      const inside = [ACCEPTED_PATHS, automaton, rule.context.automaton];
      const found = rule.secured
        ? findPath(
            inside,
            earlier.map(({ context }) => context.automaton),
          )
        : undefined;
      if (found === undefined) return [];
      const example = found.path === undefined ? '' : ` (${found.path}, for instance)`;
      const message = `"${source}" is listed as open, but ${rule.place} (${rule.context.source}) requires authentication there${example}, and no guard runs there. Protect it with AuthService.protect({ at }) instead, or put a rule with secured: false before the other.`;
      return [{ path: `AuthModule options.rawRoutes[${index}]`, message }];
    }),
  );
}

function isAbout({ context }: CompiledRule, { paths }: Place): boolean {
  return paths.some((each) => findPath([ACCEPTED_PATHS, each, context.automaton]) !== undefined);
}

function sharesMethod({ methods }: CompiledRule, { method }: Place): boolean {
  return method === 'ALL' || coversMethod(methods, method) || (method === 'GET' && coversMethod(methods, 'HEAD'));
}

const CURE = 'Correct the rule, remove it, or protect its paths with AuthService.protect({ at }).';

function reasonOf(rule: CompiledRule, { routes, raw }: Surface): string {
  if (findPath([ACCEPTED_PATHS, rule.context.automaton]) === undefined) return `no request has such a path. ${UNREACHABLE}`;
  const others = routes.filter((place) => isAbout(rule, place));
  if (others.length > 0) return `its methods are not those of ${labelsOf(others)}. Correct httpMethod, or remove the rule.`;
  const unguarded = raw.filter((place) => isAbout(rule, place));
  if (unguarded.length > 0) return `${labelsOf(unguarded)} is registered outside Nest, where no guard runs. ${CURE}`;
  const meant = meantPath(rule, routes);
  return `no route has such a path.${meant === undefined ? '' : ` Did you mean "${meant}"?`} ${CURE}`;
}

const UNREACHABLE =
  'Rules see a path decoded once ("/café", not "/caf%C3%A9"), without a query, and without a slash at its end; a path with an empty segment, a segment of dots, a backslash, a control character, a "%" or a matrix parameter is refused with 400 before any rule is checked. Correct the context, or remove the rule.';

function labelsOf(places: readonly Place[]): string {
  const [first, ...others] = places;
  return `${first?.label}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

/** The path of a route whose end the rule matches (the global prefix is missing), or that differs from the rule by a typing mistake. */
function meantPath({ context }: CompiledRule, routes: readonly Place[]): string | undefined {
  const patterns = routes.flatMap((each) => each.patterns);
  const hasPrefix = (pattern: string) =>
    pattern.split('/').some((_, index, segments) => context.matches(usualPath(`/${segments.slice(index + 1).join('/')}`)));
  return patterns.find(hasPrefix) ?? nearestName(context.source, patterns);
}
