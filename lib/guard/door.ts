import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../auth.options.js';
import type { AuthRequest } from '../http/auth-request.js';
import { hasSeveralAuthorizations } from '../http/authorization.js';
import type { ProtectedPlan } from '../plan/plan.js';
import { createPrincipal, type Principal } from '../principal.js';
import { admit } from './admit.js';
import type { Attempt } from './ask.js';
import { AuthEventSink, type StepReport } from './auth-event.sink.js';
import { AccessDeniedException, AmbiguousCredentialsException, AmbiguousPathException, type RefusalException } from './exceptions.js';
import { type Awaitable, isPromise } from './in-turn.js';
import { refuse } from './refuse.js';
import type { StepFailure } from './step-failure.js';

/** Lets callers in by a plan, and tells of those that it refuses: the guard and `AuthService` share it. */
@Injectable()
export class Door {
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
    const outcome = admit(plan, attempt);
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

  private conclude(outcome: Principal | readonly StepFailure[], plan: ProtectedPlan, route: string): Principal {
    return isFailures(outcome) ? this.refuse(outcome, plan.challenges, route) : outcome;
  }

  private refuseWith(exception: RefusalException, route: string, steps: readonly StepReport[]): never {
    this.sink.denied({ status: exception.getStatus(), code: exception.code, route, steps });
    throw exception;
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
