import type { ClassRef } from '../decorators/declaration.js';
import type { PathPlans, Plan } from './plan.js';

/** A plan and the route it belongs to. */
export interface RoutePlan {
  /** The controller and the handler, with the request line. */
  readonly route: string;
  readonly plan: Plan;
}

/** The plans of an application, by controller class and handler: two subclasses may share a handler, not a plan. */
export class PlanRegistry {
  /** The plans of the access rules; undefined where there are none. They are replaced when their file changes. */
  paths: PathPlans | undefined;
  private readonly byController = new Map<unknown, Map<unknown, RoutePlan>>();

  /** Remembers the plan of a handler. */
  set(controller: ClassRef, handler: unknown, plan: RoutePlan): void {
    const plans = this.byController.get(controller) ?? new Map<unknown, RoutePlan>();
    this.byController.set(controller, plans.set(handler, plan));
  }

  /** The plan of a handler; undefined if nobody compiled one, and then nobody may come in. */
  get(controller: unknown, handler: unknown): RoutePlan | undefined {
    return this.byController.get(controller)?.get(handler);
  }
}
