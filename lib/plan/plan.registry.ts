import { type Callable, isOperation, isRoute, type Route } from '../discovery/handler-catalog.js';
import { HandlerTable } from '../discovery/handler-table.js';
import { fieldError } from '../errors.js';
import { type RouteMethods, routeMethods } from '../http/route-methods.js';
import type { TransportName } from '../transport-name.js';
import type { PathPlans, Plan } from './plan.js';

/** The plan of something that can be called. */
export interface HandlerPlan {
  readonly handler: Callable;
  readonly plan: Plan;
  /** The transport that calls the handler. */
  readonly transport: TransportName;
  /** The name of the handler, for events and messages. */
  readonly label: string;
  /** The request methods that a route is declared for; `all` for other handlers. */
  readonly methods: RouteMethods;
}

/** The plan of a route. */
export interface RoutePlan extends HandlerPlan {
  readonly handler: Route;
}

/** The plans of an application. */
export class PlanRegistry {
  /** The plans of the access rules; undefined where there are none. They are replaced when their file changes. */
  paths: PathPlans | undefined;
  /** Every route, and every handler of a protected transport, once. */
  readonly all: HandlerPlan[] = [];
  /** Where the metadata of the protected resource are served; undefined where there are none. */
  metadataPath: string | undefined;
  /** Whether every plan is there. */
  isComplete = false;
  /** A method may be a route and the handler of a message: it has a plan for each. */
  private readonly tables: Partial<Record<TransportName, HandlerTable<HandlerPlan>>> = {};

  /** The routes alone. */
  get routes(): readonly RoutePlan[] {
    return this.all.filter(isRoutePlan);
  }

  /**
   * Checks that every plan is there, before all of them are read.
   *
   * @param caller - what reads them: `AuthService.policy()`.
   * @throws AuthConfigurationError before the application is initialized.
   */
  checkComplete(caller: string): void {
    if (!this.isComplete) throw fieldError(caller, CALLED_TOO_EARLY);
  }

  /** Remembers the plan of a handler. */
  add({ handler, plan }: Pick<HandlerPlan, 'handler' | 'plan'>): void {
    this.all.push(this.put({ handler, plan }));
  }

  /** Admits every call of a handler that is reached only through others, whose plans have decided: it has no line in the policy. */
  cover(handler: Callable): void {
    this.put({ handler, plan: { kind: 'open', source: 'operation' } });
  }

  /** Another handler of the same class and transport that runs a function of this one. */
  sharing({ type, functions, transport }: Callable): Callable | undefined {
    return functions.flatMap((each) => this.tables[transport]?.get(type, each)?.handler ?? [])[0];
  }

  /** The plan of a handler; undefined if none was compiled, and then every call is refused. */
  get(transport: TransportName, type: unknown, handler: object): HandlerPlan | undefined {
    return this.tables[transport]?.get(type, handler);
  }

  private put({ handler, plan }: Pick<HandlerPlan, 'handler' | 'plan'>): HandlerPlan {
    const { transport } = handler;
    const label = isOperation(handler) ? `${handler.label} (${handler.operation})` : handler.label;
    const methods = isRoute(handler) ? routeMethods(handler.method) : 'all';
    const handlerPlan: HandlerPlan = { handler, plan, transport, label, methods };
    this.tables[transport] ??= new HandlerTable();
    this.tables[transport].set(handler.type, handler.functions, () => handlerPlan);
    return handlerPlan;
  }
}

/** Whether a plan is that of a route. */
export function isRoutePlan(handlerPlan: HandlerPlan): handlerPlan is RoutePlan {
  return handlerPlan.transport === 'http';
}

const CALLED_TOO_EARLY =
  'was called before the application was initialized, when no plan is known yet. Call it after await app.init() or await app.listen(). With @nestjs/swagger, give SwaggerModule.setup() a function that makes the document: it runs with the first request.';
