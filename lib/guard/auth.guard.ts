import { type CanActivate, type ExecutionContext, HttpException, Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Awaitable, isPromise } from '../awaitable.js';
import type { Route } from '../discovery/routes.js';
import { normalizedPath } from '../http/request-path.js';
import { canonicalPath } from '../http/route-pattern.js';
import { routePattern, wireRequest } from '../http/wire-request.js';
import type { PathPlans, Plan } from '../plan/plan.js';
import { PlanRegistry, type RoutePlan } from '../plan/plan.registry.js';
import { type HttpRequest, PrincipalKeeper } from '../transport/http/principal-keeper.js';
import { putHeaders } from '../transport/http/put-headers.js';
import { MessageGate } from '../transport/message-gate.js';
import { type Admission, Door } from './door.js';
import type { RefusalException } from './exceptions.js';

/** Where an HTTP context holds the request: `switchToHttp` makes three functions to tell it. */
const REQUEST = 0;

/** The global guard: finds the plan of the handler and lets the caller in by it, or refuses. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    @Inject(PlanRegistry) private readonly plans: PlanRegistry,
    @Inject(Door) private readonly door: Door,
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(PrincipalKeeper) private readonly principals: PrincipalKeeper,
    @Inject(MessageGate) private readonly messages: MessageGate,
  ) {}

  /** Answers with a plain `true` when nothing had to be waited for; refuses by throwing. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() !== 'http') return this.messages.canActivate(context);
    const outcome = this.enter(context);
    return isPromise(outcome) ? outcome.then((settled) => this.answer(settled, context)) : this.answer(outcome, context);
  }

  private enter(context: ExecutionContext): Awaitable<true | RefusalException> {
    const found = this.plans.get(context.getClass(), context.getHandler());
    // No route: a library calls its own handlers in contexts of this type, too.
    if (found === undefined) return this.messages.verdict(context);
    const route = found.route.label;
    const request = context.getArgByIndex<HttpRequest>(REQUEST);
    const plan = this.plans.paths === undefined ? found.plan : this.choose(this.plans.paths, found, request);
    if (plan === undefined) return this.door.refusePath(route);
    if (plan.kind === 'open') return true;
    if (plan.kind !== 'protected') return this.door.refuseAll(route, 'no_way_in');
    const outcome = this.door.admit(plan, wireRequest(request), context, route);
    return isPromise(outcome) ? outcome.then((settled) => this.remember(request, settled)) : this.remember(request, outcome);
  }

  /**
   * Where there are access rules, every path must be normalized, and the route's own pattern decides what they are asked about.
   * Undefined for a path that is ambiguous.
   */
  private choose(paths: PathPlans, { plan, route }: RoutePlan, request: object): Plan | undefined {
    const { method = '', url = '' } = wireRequest(request);
    const path = normalizedPath(url);
    if (path === undefined) return undefined;
    if (plan.kind !== 'by-path') return plan;
    const canonical = canonicalPath(path, routePattern(request));
    return canonical === undefined ? undefined : paths.planFor(routedMethod(route, method), canonical);
  }

  private remember(request: HttpRequest, outcome: Admission): true | RefusalException {
    if (outcome instanceof HttpException) return outcome;
    this.principals.keep(request, outcome);
    return true;
  }

  /** Puts the header fields on the answer here, so that they are there whichever exception filter writes the body. */
  private answer(outcome: true | RefusalException, context: ExecutionContext): true {
    if (outcome === true) return true;
    putHeaders(this.adapterHost, context.switchToHttp().getResponse(), outcome.headers);
    throw outcome;
  }
}

/** The method that the router went by: with Fastify, what a middleware makes of the request's comes too late to choose the route. */
function routedMethod(route: Route, method: string): string {
  return route.method === 'ALL' || (route.method === 'GET' && method === 'HEAD') ? method : route.method;
}
