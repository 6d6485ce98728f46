import { type ExecutionContext, HttpException, Inject, Injectable, Logger } from '@nestjs/common';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../auth.options.js';
import type { AuthRequest } from '../http/auth-request.js';
import { hasSeveralAuthorizations } from '../http/authorization.js';
import type { ProtectedPlan } from '../plan/plan.js';
import { createPrincipal, type Principal } from '../principal.js';
import { admit } from './admit.js';
import type { Attempt } from './ask.js';
import { AuthEventSink, type DenialEvent, type StepReport } from './auth-event.sink.js';
import { AccessDeniedException, AmbiguousCredentialsException, AmbiguousPathException, type RefusalException } from './exceptions.js';
import { type Awaitable, isPromise } from './in-turn.js';
import { refuse } from './refuse.js';
import type { StepFailure } from './step-failure.js';

const ANSWERED: StepReport = Object.freeze({ scheme: 'authorizer', outcome: 'forbidden', reason: 'answered_by_authorizer' });

/** Lets callers in by a plan, and tells of those that it refuses: the guard and `AuthService` share it. */
@Injectable()
export class Door {
  private readonly logger = new Logger('AuthGuard');
  private readonly completed = new WeakMap<Principal, Principal>();

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedAuthOptions,
    @Inject(AuthEventSink) private readonly sink: AuthEventSink,
  ) {}

  /**
   * Lets the caller of `request` in, synchronously if no strategy had to wait.
   *
   * @throws RefusalException
   */
  enter(plan: ProtectedPlan, request: AuthRequest, context: ExecutionContext | undefined, route: string): Awaitable<Principal> {
    if (hasSeveralAuthorizations(request)) this.refuseWith(new AmbiguousCredentialsException(), route, []);
    const attempt: Attempt = { request, context, complete: this.complete };
    const outcome = this.ask(plan, attempt, route);
    return isPromise(outcome)
      ? Promise.resolve(outcome).then((settled) => this.conclude(settled, plan, route))
      : this.conclude(outcome, plan, route);
  }

  /** Refuses whoever comes: the route has no way in. */
  refuseAll(route: string, reason: string): never {
    this.refuseWith(new AccessDeniedException(), route, [{ scheme: 'none', outcome: 'forbidden', reason }]);
  }

  /** Refuses a request whose path is not normalized: rules by path could not be sure of it. */
  refusePath(route: string): never {
    this.refuseWith(new AmbiguousPathException(), route, []);
  }

  /** Reports `failures` and throws what answers them. */
  refuse(failures: readonly StepFailure[], challenges: ProtectedPlan['challenges'], route: string): never {
    this.refuseWith(refuse(failures, challenges), route, failures.map(reportOf));
  }

  /** Adds to a principal the permissions of its roles. */
  readonly complete = (principal: Principal): Principal => {
    const { roles } = this.options;
    if (roles === undefined || principal.roles.length === 0) return principal;
    const known = this.completed.get(principal);
    if (known !== undefined) return known;
    const granted = principal.roles.flatMap((role) => (Object.hasOwn(roles, role) ? (roles[role] ?? []) : []));
    const complete = createPrincipal({ ...principal, permissions: [...new Set([...principal.permissions, ...granted])] });
    this.completed.set(principal, complete);
    return complete;
  };

  private ask(plan: ProtectedPlan, attempt: Attempt, route: string): ReturnType<typeof admit> {
    try {
      const outcome = admit(plan, attempt);
      return isPromise(outcome) ? Promise.resolve(outcome).catch((error) => this.passOn(error, route)) : outcome;
    } catch (error) {
      return this.passOn(error, route);
    }
  }

  /** An authorizer's own answer is a denial too. */
  private passOn(error: unknown, route: string): never {
    if (error instanceof HttpException)
      this.report({ status: error.getStatus(), code: 'ERR_AUTH_REFUSED_BY_AUTHORIZER', route, steps: [ANSWERED] });
    throw error;
  }

  private conclude(outcome: Principal | readonly StepFailure[], plan: ProtectedPlan, route: string): Principal {
    return isFailures(outcome) ? this.refuse(outcome, plan.challenges, route) : outcome;
  }

  private refuseWith(exception: RefusalException, route: string, steps: readonly StepReport[]): never {
    this.report({ status: exception.getStatus(), code: exception.code, route, steps });
    throw exception;
  }

  /** A sink that fails, now or later, must change neither the answer nor the fate of the process. */
  private report(event: DenialEvent): void {
    try {
      const reported: unknown = this.sink.denied(event);
      if (isPromise(reported)) Promise.resolve(reported).catch((error) => this.logger.error(`The event sink failed: ${error}`));
    } catch (error) {
      this.logger.error(`The event sink failed: ${error}`);
    }
  }
}

function isFailures(outcome: Principal | readonly StepFailure[]): outcome is readonly StepFailure[] {
  return Array.isArray(outcome);
}

function reportOf({ step, outcome, reason, details }: StepFailure): StepReport {
  const { principal, cause } = details;
  return {
    scheme: step.name,
    outcome,
    reason,
    ...(principal !== undefined && { username: principal.username }),
    ...(cause !== undefined && { cause }),
  };
}
