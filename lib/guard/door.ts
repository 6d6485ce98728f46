import { type ExecutionContext, HttpException, Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AuthEventSink, type DenialEvent, type StepReport } from '../auth-event.js';
import { type Awaitable, isPromise, whenSettled } from '../awaitable.js';
import { isA, textOf } from '../errors.js';
import type { AuthRequest } from '../http/auth-request.js';
import { hasSeveralAuthorizations } from '../http/authorization.js';
import { openDoorTelemetry } from '../observe/door-telemetry.js';
import type { Observation } from '../observe/observation.js';
import type { PlanOrigin, ProtectedPlan } from '../plan/plan.js';
import { createPrincipal, type Principal } from '../principal.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../resolved-options.js';
import { admit } from './admit.js';
import type { Attempt } from './ask.js';
import { EventTeller } from './event-teller.js';
import {
  AccessDeniedException,
  AmbiguousCredentialsException,
  AmbiguousPathException,
  isRefusal,
  type RefusalException,
} from './exceptions.js';
import { explainDenial, explainInBody, explainStep } from './explain.js';
import { PendingDecisions } from './pending-decisions.js';
import { bootNotFinished, refusalFor } from './refuse.js';
import { StepFailure } from './step-failure.js';
import { withoutStack } from './without-stack.js';

const ANSWERED: StepReport = Object.freeze({ scheme: 'authorizer', outcome: 'forbidden', reason: 'answered_by_authorizer' });

/** The caller, or what answers a caller who may not come in. */
export type Admission = Principal | RefusalException;

/** Lets callers in by a plan, and tells of those that it refuses: the guard and `AuthService` share it. */
@Injectable()
export class Door implements OnApplicationShutdown {
  private readonly completed = new WeakMap<Principal, Principal>();
  private readonly telemetry = openDoorTelemetry();
  private readonly teller: EventTeller;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedAuthOptions,
    @Inject(AuthEventSink) sink: AuthEventSink,
    @Inject(PendingDecisions) private readonly pending: PendingDecisions = new PendingDecisions(),
  ) {
    this.teller = new EventTeller(sink, this.telemetry);
  }

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
    const attempt: Attempt = { request, context, complete: this.complete };
    if (this.telemetry === undefined) return this.decide(plan, attempt, route);
    return this.telemetry.observe(route, (observation) => this.decide(plan, attempt, route, observation));
  }

  /** The refusal for whoever comes: the route has no way in. */
  refuseAll(route: string, reason: string): RefusalException {
    return this.report(
      withoutStack(() => new AccessDeniedException()),
      route,
      [{ scheme: 'none', outcome: 'forbidden', reason }],
    );
  }

  /** The refusal for whoever comes before the boot has finished: nothing is known yet. */
  refuseEarly(route: string): RefusalException {
    return this.report(bootNotFinished(), route, [{ scheme: 'none', outcome: 'unavailable', reason: 'boot_not_finished' }]);
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
  refuse(
    failures: readonly StepFailure[],
    { challenges, source }: Pick<ProtectedPlan, 'challenges' | 'source'>,
    route: string,
    observation?: Observation,
  ): RefusalException {
    const explains = this.options.explain !== false;
    const steps = failures.map((failure) => (explains ? { ...reportOf(failure), explanation: explainStep(failure) } : reportOf(failure)));
    return this.report(refusalFor(failures, challenges), route, steps, observation, source);
  }

  /** Adds to a principal the permissions of its roles. */
  readonly complete = (principal: Principal): Principal => {
    const { roles } = this.options;
    if (roles === undefined || principal.roles.length === 0) return principal;
    const known = this.completed.get(principal);
    if (known !== undefined) return known;
    const granted = principal.roles.flatMap((role) => (Object.hasOwn(roles, role) ? (roles[role] ?? []) : []));
    const complete = createPrincipal({ ...principal, permissions: [...new Set([...principal.permissions, ...granted])] });
    // A strategy or a caller of AuthService may change a principal that is not frozen, and what it held must not come back.
    if (isFrozen(principal)) this.completed.set(principal, complete);
    return complete;
  };

  /** Writes what is not told yet. */
  onApplicationShutdown(): void {
    this.teller.flush();
  }

  private decide(plan: ProtectedPlan, attempt: Attempt, route: string, observation?: Observation): Awaitable<Admission> {
    if (hasSeveralAuthorizations(attempt.request))
      return this.report(
        withoutStack(() => new AmbiguousCredentialsException()),
        route,
        [],
        observation,
      );
    const outcome = this.ask(plan, attempt, route, observation);
    return isPromise(outcome)
      ? this.pending.wait(outcome, () => undecided(plan)).then((settled) => this.conclude(settled, plan, route, observation))
      : this.conclude(outcome, plan, route, observation);
  }

  private ask(
    plan: ProtectedPlan,
    attempt: Attempt,
    route: string,
    observation: Observation | undefined,
  ): Awaitable<Admission | readonly StepFailure[]> {
    try {
      const outcome = admit(plan, attempt);
      return isPromise(outcome) ? Promise.resolve(outcome).catch((error) => this.passOn(error, route, observation)) : outcome;
    } catch (error) {
      return this.passOn(error, route, observation);
    }
  }

  /** An authorizer's own answer is a denial too. */
  private passOn(error: unknown, route: string, observation: Observation | undefined): RefusalException {
    if (isA(error, HttpException))
      this.teller.denied({ status: error.getStatus(), code: 'ERR_AUTH_REFUSED_BY_AUTHORIZER', route, steps: [ANSWERED] }, observation);
    if (isRefusal(error)) return error;
    // What is no error at all could bring down whoever looks at it next.
    throw isA(error, Error) ? error : new Error(textOf(error), { cause: error });
  }

  private conclude(
    outcome: Admission | readonly StepFailure[],
    plan: ProtectedPlan,
    route: string,
    observation: Observation | undefined,
  ): Admission {
    if (isFailures(outcome)) return this.refuse(outcome, plan, route, observation);
    if (this.teller.announces && !(outcome instanceof HttpException)) this.teller.admitted(outcome, route, observation);
    return outcome;
  }

  private report(
    exception: RefusalException,
    route: string,
    steps: readonly StepReport[],
    observation?: Observation,
    source?: PlanOrigin,
  ): RefusalException {
    const event: DenialEvent = { status: exception.getStatus(), code: exception.code, route, steps };
    this.teller.denied(this.options.explain === false ? event : this.explain(event, exception, source), observation);
    return exception;
  }

  private explain(event: DenialEvent, exception: RefusalException, source: PlanOrigin | undefined): DenialEvent {
    const explanation = explainDenial(event.code, event.steps, source);
    if (this.options.explain === 'body') explainInBody(exception, explanation);
    return { ...event, explanation };
  }
}

function isFrozen(principal: Principal): boolean {
  return [principal, principal.scopes, principal.roles, principal.permissions].every(Object.isFrozen);
}

function isFailures(outcome: Admission | readonly StepFailure[]): outcome is readonly StepFailure[] {
  return Array.isArray(outcome);
}

/** The answer where the application closes before there is another. */
function undecided({ steps }: ProtectedPlan): readonly StepFailure[] {
  return [new StepFailure(steps[0], 'unavailable', 'application_closing', { retryAfter: 1 })];
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
