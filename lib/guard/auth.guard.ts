import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../auth.options.js';
import { rememberPrincipal } from '../decorators/current-principal.decorator.js';
import { normalizedPath } from '../http/request-path.js';
import { canonicalPath } from '../http/route-pattern.js';
import type { PathPlans, Plan } from '../plan/plan.js';
import { PlanRegistry, type RoutePlan } from '../plan/plan.registry.js';
import type { Route } from '../plan/routes.js';
import type { Principal } from '../principal.js';
import { Door } from './door.js';
import { isRefusal } from './exceptions.js';
import { isPromise } from './in-turn.js';
import { putHeaders } from './put-headers.js';
import { routePattern, wireRequest } from './wire-request.js';

/** The global guard: finds the plan of the handler and lets the caller in by it, or refuses. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    @Inject(PlanRegistry) private readonly plans: PlanRegistry,
    @Inject(Door) private readonly door: Door,
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedAuthOptions,
  ) {}

  /** Answers with a plain `true` when nothing had to be waited for; refuses by throwing. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    try {
      const admitted = this.enter(context);
      return isPromise(admitted) ? Promise.resolve(admitted).catch((error) => this.answer(error, context)) : admitted;
    } catch (error) {
      return this.answer(error, context);
    }
  }

  private enter(context: ExecutionContext): boolean | Promise<boolean> {
    // Plans are made for HTTP routes: whatever else runs global guards is refused, never let through.
    const found = context.getType() === 'http' ? this.plans.get(context.getClass(), context.getHandler()) : undefined;
    if (found === undefined) return this.door.refuseAll(`${context.getClass().name}.${context.getHandler().name}`, 'unknown_handler');
    const route = found.route.label;
    const request = context.switchToHttp().getRequest<object>();
    const plan = this.plans.paths === undefined ? found.plan : this.choose(this.plans.paths, found, request);
    if (plan.kind === 'open') return true;
    if (plan.kind !== 'protected') return this.door.refuseAll(route, 'no_way_in');
    const principal = this.door.enter(plan, wireRequest(request), context, route);
    return isPromise(principal) ? principal.then((settled) => this.remember(request, settled)) : this.remember(request, principal);
  }

  /** Where there are access rules, every path must be normalized, and the route's own pattern decides what they are asked about. */
  private choose(paths: PathPlans, { plan, route }: RoutePlan, request: object): Plan {
    const { method = '', url = '' } = wireRequest(request);
    const path = normalizedPath(url);
    if (path === undefined) return this.door.refusePath(route.label);
    if (plan.kind !== 'by-path') return plan;
    const canonical = canonicalPath(path, routePattern(request));
    return canonical === undefined ? this.door.refusePath(route.label) : paths.planFor(routedMethod(route, method), canonical);
  }

  private remember(request: object, principal: Principal): true {
    rememberPrincipal(request, principal);
    (request as Record<string, unknown>)[this.options.principalProperty] = principal;
    return true;
  }

  /** Puts the header fields on the answer here, so that they are there whichever exception filter writes the body. */
  private answer(error: unknown, context: ExecutionContext): never {
    if (isRefusal(error) && context.getType() === 'http') {
      putHeaders(this.adapterHost, context.switchToHttp().getResponse(), error.headers);
    }
    throw error;
  }
}

/** The method that the router went by: with Fastify, what a middleware makes of the request's comes too late to choose the route. */
function routedMethod(route: Route, method: string): string {
  return route.method === 'ALL' || (route.method === 'GET' && method === 'HEAD') ? method : route.method;
}
