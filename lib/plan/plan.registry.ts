import { originalOf } from '../discovery/handler-mark.js';
import type { Route } from '../discovery/routes.js';
import type { PathPlans, Plan } from './plan.js';

/** A plan and the route it belongs to. */
export interface RoutePlan {
  readonly route: Route;
  readonly plan: Plan;
}

/** The plans of an application, by controller class and handler: two subclasses may share a handler, not a plan. */
export class PlanRegistry {
  /** The plans of the access rules; undefined where there are none. They are replaced when their file changes. */
  paths: PathPlans | undefined;
  private readonly byController = new Map<unknown, Map<unknown, RoutePlan>>();

  /** Remembers the plan of a route, under every function that may be named as its handler. */
  add(routePlan: RoutePlan): void {
    const { controller, handlers } = routePlan.route;
    const plans = this.byController.get(controller) ?? new Map<unknown, RoutePlan>();
    for (const handler of handlers) plans.set(handler, routePlan);
    this.byController.set(controller, plans);
  }

  /** Another handler of the same controller that runs a function of this one. */
  sharing({ controller, handlerName, handlers }: Route): Route | undefined {
    const others = handlers.map((handler) => this.get(controller, handler)?.route);
    return others.find((other) => other !== undefined && other.handlerName !== handlerName);
  }

  /** The plan of a handler, or of the handler that it wraps; undefined if nobody compiled one, and then nobody may come in. */
  get(controller: unknown, handler: unknown): RoutePlan | undefined {
    const plans = this.byController.get(controller);
    return plans?.get(handler) ?? plans?.get(originalOf(handler));
  }

  /** Every route once. */
  all(): Set<RoutePlan> {
    return new Set([...this.byController.values()].flatMap((plans) => [...plans.values()]));
  }
}
