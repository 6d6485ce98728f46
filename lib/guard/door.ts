import { type ExecutionContext, HttpException, Inject, Injectable, Logger } from '@nestjs/common';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../auth.options.js';
import type { AuthRequest } from '../http/auth-request.js';
import { hasSeveralAuthorizations } from '../http/authorization.js';
import type { ProtectedPlan } from '../plan/plan.js';
import { createPrincipal, type Principal } from '../principal.js';
import { admit } from './admit.js';
import type { Attempt } from './ask.js';
import { AuthEventSink, type DenialEvent, type StepReport } from './auth-event.sink.js';
import {
  AccessDeniedException,
  AmbiguousCredentialsException,
  AmbiguousPathException,
  isRefusal,
  type RefusalException,
} from './exceptions.js';
import { type Awaitable, isPromise, whenSettled } from './in-turn.js';
import { refuse } from './refuse.js';
import type { StepFailure } from './step-failure.js';
import { withoutStack } from './without-stack.js';

const ANSWERED: StepReport = Object.freeze({ scheme: 'authorizer', outcome: 'forbidden', reason: 'answered_by_authorizer' });

/** The caller, or what answers a caller who may not come in. */
export type Admission = Principal | RefusalException;

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
    return whenSettled(this.admit(plan, request, context, route), (outcome) => {
      if (outcome instanceof HttpException) throw outcome;
      return outcome;
    });
  }

  /** The same for the guard: a refusal is returned, because every frame that a thrown one passes through costs time. */
  admit(plan: ProtectedPlan, request: AuthRequest, context: ExecutionContext | undefined, route: string): Awaitable<Admission> {
    if (hasSeveralAuthorizations(request))
      return this.report(
        withoutStack(() => new AmbiguousCredentialsException()),
        route,
        [],
      );
    const attempt: Attempt = { request, context, complete: this.complete };
    const outcome = this.ask(plan, attempt, route);
    return isPromise(outcome)
      ? Promise.resolve(outcome).then((settled) => this.conclude(settled, plan, route))
      : this.conclude(outcome, plan, route);
  }

  /** The refusal for whoever comes: the route has no way in. */
  refuseAll(route: string, reason: string): RefusalException {
    return this.report(
      withoutStack(() => new AccessDeniedException()),
      route,
      [{ scheme: 'none', outcome: 'forbidden', reason }],
    );
  }

  /** The refusal for a request whose path is not normalized: rules by path could not be sure of it. */
  refusePath(route: string): RefusalException {
    return this.report(
      withoutStack(() => new AmbiguousPathException()),
      route,
      [],
    );
  }

  /** Reports `failures` and returns what answers them. */
  refuse(failures: readonly StepFailure[], challenges: ProtectedPlan['challenges'], route: string): RefusalException {
    return this.report(refuse(failures, challenges), route, failures.map(reportOf));
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

  private ask(plan: ProtectedPlan, attempt: Attempt, route: string): Awaitable<Admission | readonly StepFailure[]> {
    try {
      const outcome = admit(plan, attempt);
      return isPromise(outcome) ? Promise.resolve(outcome).catch((error) => this.passOn(error, route)) : outcome;
    } catch (error) {
      return this.passOn(error, route);
    }
  }

  /** An authorizer's own answer is a denial too. */
  private passOn(error: unknown, route: string): RefusalException {
    if (error instanceof HttpException)
      this.tell({ status: error.getStatus(), code: 'ERR_AUTH_REFUSED_BY_AUTHORIZER', route, steps: [ANSWERED] });
    if (isRefusal(error)) return error;
    throw error;
  }

  private conclude(outcome: Admission | readonly StepFailure[], plan: ProtectedPlan, route: string): Admission {
    return isFailures(outcome) ? this.refuse(outcome, plan.challenges, route) : outcome;
  }

  private report(exception: RefusalException, route: string, steps: readonly StepReport[]): RefusalException {
    this.tell({ status: exception.getStatus(), code: exception.code, route, steps });
    return exception;
  }

  /** A sink that fails, now or later, must change neither the answer nor the fate of the process. */
  private tell(event: DenialEvent): void {
    try {
      const reported: unknown = this.sink.denied(event);
      if (isPromise(reported)) Promise.resolve(reported).catch((error) => this.logger.error(`The event sink failed: ${error}`));
    } catch (error) {
      this.logger.error(`The event sink failed: ${error}`);
    }
  }
}

function isFailures(outcome: Admission | readonly StepFailure[]): outcome is readonly StepFailure[] {
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
