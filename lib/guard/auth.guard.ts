import { type CanActivate, type ExecutionContext, HttpException, Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../auth.options.js';
import { rememberPrincipal } from '../decorators/current-principal.decorator.js';
import { PlanRegistry } from '../plan/plan.registry.js';
import type { Principal } from '../principal.js';
import { Door } from './door.js';
import { isPromise } from './in-turn.js';
import { wireRequest } from './wire-request.js';

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
    const { plan, route } = found;
    if (plan.kind === 'open') return true;
    if (plan.kind === 'denied') return this.door.refuseAll(route, 'unannotated');
    const request = context.switchToHttp().getRequest<object>();
    const principal = this.door.enter(plan, wireRequest(request), context, route);
    return isPromise(principal) ? principal.then((settled) => this.remember(request, settled)) : this.remember(request, principal);
  }

  private remember(request: object, principal: Principal): true {
    rememberPrincipal(request, principal);
    (request as Record<string, unknown>)[this.options.principalProperty] = principal;
    return true;
  }

  /** Puts the header fields on the answer here, so that they are there whichever exception filter writes the body. */
  private answer(error: unknown, context: ExecutionContext): never {
    if (error instanceof HttpException && 'headers' in error && context.getType() === 'http') {
      const response = context.switchToHttp().getResponse<object>();
      for (const [name, value] of Object.entries(error.headers as object)) this.adapterHost.httpAdapter.setHeader(response, name, value);
    }
    throw error;
  }
}
