import { resultOf } from '../errors.js';
import { routeParts } from '../http/route-pattern.js';
import type { ConcretePlan } from '../plan/plan.js';
import type { PlanRegistry, RoutePlan } from '../plan/plan.registry.js';
import { plansOf } from '../plan/policy.js';

/** A route at one of its paths. */
interface PlacedRoute {
  readonly routePlan: RoutePlan;
  readonly path: string;
}

/** The routes of an application, found as an OpenAPI document names them. */
export class PlannedOperations {
  private readonly byPath = new Map<string, PlacedRoute[]>();
  private readonly byShape = new Map<string, PlacedRoute[]>();

  /** @param globalPrefix - the prefix of every path, which a document may leave out. */
  constructor(
    private readonly registry: PlanRegistry,
    private readonly globalPrefix: string,
  ) {
    for (const routePlan of registry.routes) {
      for (const path of new Set(routePlan.handler.places.map((place) => place.path))) {
        const placed = { routePlan, path };
        append(this.byPath, documentPath(path), placed);
        append(this.byShape, shapeOf(documentPath(path)), placed);
      }
    }
  }

  /** The plans that decide about an operation: several where versions, hosts, or values of parameters make a difference; none for an unknown one. */
  plansOf(method: string, path: string): readonly ConcretePlan[] {
    const routes = this.routesAt(method, normal(path)) ?? this.routesAt(method, normal(`/${this.globalPrefix}/${path}`)) ?? [];
    return routes.flatMap(({ routePlan: { plan }, path: pattern }) => plansOf(plan, method, pattern, this.registry.paths));
  }

  /** The names of parameters tell routes of one shape apart; a document that was written by hand may have others. */
  private routesAt(method: string, path: string): readonly PlacedRoute[] | undefined {
    return forMethod(this.byPath.get(path), method) ?? forMethod(this.byShape.get(shapeOf(path)), method);
  }
}

/** A route's path as OpenAPI writes it: `/order/:id` is `/order/{id}`. */
export function documentPath(pattern: string): string {
  const parts = routeParts(pattern).map((part) => {
    if (part.kind === 'text') return part.text;
    return 'name' in part ? `{${part.name}}` : '';
  });
  return normal(parts.join(''));
}

/** A route for this one method goes before one for all methods. */
function forMethod(routes: readonly PlacedRoute[] = [], method: string): readonly PlacedRoute[] | undefined {
  const own = routes.filter(({ routePlan }) => routePlan.handler.method === method);
  const found = own.length > 0 ? own : routes.filter(({ routePlan }) => routePlan.handler.method === 'ALL');
  return found.length > 0 ? found : undefined;
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function shapeOf(path: string): string {
  return path.replaceAll(/\{[^{}]*\}/g, '{}');
}

function normal(path: string): string {
  const joined = (resultOf(() => decodeURI(path)) ?? path).replaceAll(/\/{2,}/g, '/');
  return joined.length > 1 && joined.endsWith('/') ? joined.slice(0, -1) : joined;
}
