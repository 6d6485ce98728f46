import { type CanActivate, type ExecutionContext, HttpException, Inject, Injectable } from '@nestjs/common';
import { type Awaitable, isPromise } from '../awaitable.js';
import { MessageRegistry } from '../discovery/message-registry.js';
import { principalIn } from '../guard/anonymous-caller.js';
import type { Called } from '../guard/called.js';
import { type Admission, Door } from '../guard/door.js';
import type { RefusalException } from '../guard/exceptions.js';
import type { AuthRequest } from '../http/auth-request.js';
import { PlanRegistry } from '../plan/plan.registry.js';
import type { TransportName } from '../transport-name.js';
import type { Callers, Transport } from './transport.js';
import { Transports } from './transports.js';

/** The global guard: finds the plan of the handler and admits the caller by it, or refuses through the transport of the call. */
@Injectable()
export class AuthGuard implements CanActivate {
  /** @internal Nest makes it. */
  constructor(
    @Inject(PlanRegistry) private readonly plans: PlanRegistry,
    @Inject(MessageRegistry) private readonly handlers: MessageRegistry,
    @Inject(Door) private readonly door: Door,
    @Inject(Transports) private readonly transports: Transports,
  ) {}

  /** Returns a plain `true` when nothing had to be waited for. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const transport = this.transports.of(context);
    const outcome = this.tryToDecide(context, transport);
    return isPromise(outcome) ? this.concludeLater(outcome, context, transport) : this.conclude(outcome, context, transport);
  }

  /** The same for a guard of the class, which runs once more where Nest runs the global guard, too: a run is decided and reported once. */
  canActivateOnce(context: ExecutionContext): boolean | Promise<boolean> {
    return this.transports.of(context).callers?.isKept?.(context) === true || this.canActivate(context);
  }

  private tryToDecide(context: ExecutionContext, transport: Transport): true | HttpException | Promise<true | HttpException> {
    try {
      const outcome = this.decide(context, transport);
      return isPromise(outcome) ? Promise.resolve(outcome) : outcome;
    } catch (error) {
      return this.answerTo(error, context, transport);
    }
  }

  /** The closures stand here: they would cost the call that does not wait as well. */
  private concludeLater(outcome: Promise<true | HttpException>, context: ExecutionContext, transport: Transport): Promise<true> {
    return outcome.then(
      (settled) => this.conclude(settled, context, transport),
      (error) => this.conclude(this.answerTo(error, context, transport), context, transport),
    );
  }

  private conclude(outcome: true | HttpException, context: ExecutionContext, transport: Transport): true | Promise<never> {
    return outcome === true || transport.refuse(context, outcome);
  }

  private decide(context: ExecutionContext, { name, callers }: Transport): Awaitable<true | RefusalException> {
    const found = this.plans.get(name, context.getClass(), context.getHandler());
    // Not a handler of the application: libraries call handlers of their own in HTTP contexts, too.
    if (callers === undefined || found === undefined || !this.handlers.isReady) return this.decideWithoutPlan(context, name);
    const { paths } = this.plans;
    const plan = paths === undefined || callers.planByPath === undefined ? found.plan : callers.planByPath(paths, found, context);
    const request = plan?.kind === 'open' ? NO_REQUEST : callers.requestOf(context);
    if (request === undefined) return this.door.refusals.ofEveryCaller(found, 'no_request');
    const outcome = this.door.follow(plan, request, callers.contextFor?.(context) ?? context, found, callers);
    return isPromise(outcome) ? keepLater(outcome, context, callers, request) : keep(outcome, context, callers, request);
  }

  /** Only a declaration that opens a handler admits a call for which there is no plan, and none is admitted before the boot has finished. */
  private decideWithoutPlan(context: ExecutionContext, transport: TransportName): true | RefusalException {
    const called = this.calledIn(context, transport);
    if (!this.handlers.isReady) return this.door.refusals.beforeBoot(called);
    return this.handlers.get(context.getClass(), context.getHandler())?.isOpen
      ? true
      : this.door.refusals.ofEveryCaller(called, 'unknown_handler');
  }

  /** An error that leaves the guard may end the process. */
  private answerTo(error: unknown, context: ExecutionContext, { name }: Transport): HttpException {
    return this.door.refusals.ofError(this.calledIn(context, name), error);
  }

  private calledIn(context: ExecutionContext, transport: TransportName): Called {
    const [type, handler] = [context.getClass(), context.getHandler()];
    const known = this.plans.get(transport, type, handler) ?? this.handlers.get(type, handler);
    return { label: known?.label ?? `${type.name}.${handler.name}`, transport };
  }
}

const NO_REQUEST: AuthRequest = { headers: {}, rawHeaders: [] };

function keepLater(
  outcome: Promise<Admission | true>,
  context: ExecutionContext,
  callers: Callers,
  request: AuthRequest,
): Promise<true | RefusalException> {
  return outcome.then((settled) => keep(settled, context, callers, request));
}

function keep(outcome: Admission | true, context: ExecutionContext, callers: Callers, request: AuthRequest): true | RefusalException {
  if (outcome === true) return true;
  if (outcome instanceof HttpException) return outcome;
  callers.keep(context, principalIn(outcome), request);
  return true;
}
