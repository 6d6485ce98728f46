import type { Route } from '../discovery/handler-catalog.js';
import { HandlerTable } from '../discovery/handler-table.js';
import { fieldError } from '../errors.js';
import { type RouteMethods, routeMethods } from '../http/route-methods.js';
import type { PathPlans, Plan } from './plan.js';

/** A plan and the route it belongs to. */
export interface RoutePlan {
  readonly route: Route;
  readonly plan: Plan;
  /** The request methods that the route is declared for. */
  readonly methods: RouteMethods;
}

/** The plans of an application. */
export class PlanRegistry {
  /** The plans of the access rules; undefined where there are none. They are replaced when their file changes. */
  paths: PathPlans | undefined;
  /** Every route once. */
  readonly all: RoutePlan[] = [];
  /** Whether every plan is there. */
  isComplete = false;
  private readonly table = new HandlerTable<RoutePlan>();

  /**
   * Checks that every plan is there, for whoever reads all of them.
   *
   * @param caller - what reads them: `AuthService.policy()`.
   * @throws AuthConfigurationError before the application is initialized.
   */
  checkComplete(caller: string): void {
    if (!this.isComplete) throw fieldError(caller, CALLED_TOO_EARLY);
  }

  /** Remembers the plan of a route. */
  add({ route, plan }: Pick<RoutePlan, 'route' | 'plan'>): void {
    const routePlan: RoutePlan = { route, plan, methods: routeMethods(route.method) };
    this.all.push(routePlan);
    this.table.set(route.type, route.functions, () => routePlan);
  }

  /** Another route of the same class that runs a function of this one. */
  sharing({ type, functions }: Route): Route | undefined {
    return functions.flatMap((each) => this.table.get(type, each)?.route ?? [])[0];
  }

  /** The plan of a handler; undefined if none was compiled, and then every request is refused. */
  get(type: unknown, handler: object): RoutePlan | undefined {
    return this.table.get(type, handler);
  }
}

const CALLED_TOO_EARLY =
  'was called before the application was initialized, when no plan is known yet. Call it after await app.init() or await app.listen(). With @nestjs/swagger, give SwaggerModule.setup() a function that makes the document: it runs with the first request.';
