import { type ExecutionContext, HttpException, Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AuthEventSink, type DenialEvent, type StepReport } from '../auth-event.js';
import { type Awaitable, isPromise, whenSettled } from '../awaitable.js';
import { isA, textOf } from '../errors.js';
import type { AuthRequest } from '../http/auth-request.js';
import { hasSeveralAuthorizations } from '../http/authorization.js';
import type { RouteMethods } from '../http/route-methods.js';
import { openDoorTelemetry } from '../observe/door-telemetry.js';
import type { Observation } from '../observe/observation.js';
import type { Plan, PlanOrigin, ProtectedPlan } from '../plan/plan.js';
import type { Principal } from '../principal.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../resolved-options.js';
import { admit } from './admit.js';
import { ANONYMOUS_CALLER, type AnonymousCaller, isAnonymous, principalIn } from './anonymous-caller.js';
import type { Attempt } from './ask.js';
import { Enricher } from './enricher.js';
import { EventTeller } from './event-teller.js';
import {
  AccessDeniedException,
  AmbiguousCredentialsException,
  AmbiguousPathException,
  isRefusal,
  type RefusalException,
} from './exceptions.js';
import { explainDenial, explainInBody } from './explain.js';
import { PendingDecisions } from './pending-decisions.js';
import { bootNotFinished, refusalFor } from './refuse.js';
import { RolePermissions } from './role-permissions.js';
import { type StepFailure, undecided } from './step-failure.js';
import { answeredBy, reportSteps } from './step-report.js';
import { answererOf } from './thrown-by.js';
import { withoutStack } from './without-stack.js';

const NO_ENRICHER = new Enricher(undefined, undefined);

/** The caller, or the refusal that answers it. */
export type Admission = Principal | AnonymousCaller | RefusalException;

/** The context of a denial. */
interface Reported {
  /** The name of the route or the handler. */
  readonly route: string;
  readonly observation?: Observation | undefined;
  /** The plan that refused the call. */
  readonly plan?: Pick<ProtectedPlan, 'challenges' | 'source' | 'admitsAnonymous'> | undefined;
  readonly request?: AuthRequest | undefined;
}

/** One call that is checked against a plan. */
interface Call extends Attempt, Reported {
  readonly request: AuthRequest;
  readonly plan: ProtectedPlan;
}

/** Admits callers by a plan, and reports those that it refuses: the guard and `AuthService` share it. */
@Injectable()
export class Door implements OnApplicationShutdown {
  /** Adds to a principal the permissions of its roles. */
  readonly complete: RolePermissions['complete'];
  private readonly telemetry = openDoorTelemetry();
  private readonly teller: EventTeller;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedAuthOptions,
    @Inject(AuthEventSink) sink: AuthEventSink,
    @Inject(PendingDecisions) private readonly pending: PendingDecisions = new PendingDecisions(),
    @Inject(Enricher) private readonly enricher: Pick<Enricher, 'enrich'> = NO_ENRICHER,
  ) {
    this.complete = new RolePermissions(options.roles).complete;
    this.teller = new EventTeller(sink, this.telemetry);
  }

  /**
   * Admits the caller of `request`, synchronously if no strategy had to wait; undefined for one without credentials.
   *
   * @throws RefusalException
   */
  enter(plan: ProtectedPlan, request: AuthRequest, context: ExecutionContext | undefined, route: string): Awaitable<Principal | undefined> {
    return whenSettled(this.begin(plan, request, 'all', context, route), (outcome) => {
      if (outcome instanceof HttpException) throw outcome;
      return principalIn(outcome);
    });
  }

  /**
   * Applies a plan: `true` if it is open. A plan that is undefined could not be chosen, because the path is ambiguous.
   *
   * A refusal is returned: each frame that a thrown one passes through costs time.
   *
   * @param methods - the request methods that the handler is declared for.
   */
  follow(
    plan: Plan | undefined,
    request: AuthRequest,
    context: ExecutionContext | undefined,
    route: string,
    methods: RouteMethods,
  ): Awaitable<Admission | true> {
    if (plan === undefined) return this.refusePath(route);
    if (plan.kind === 'open') return true;
    if (plan.kind !== 'protected') return this.refuseAll(route, 'no_way_in');
    return this.begin(plan, request, methods, context, route);
  }

  /** The refusal of a call that no credentials could admit. */
  refuseAll(route: string, reason: string): RefusalException {
    const refusal = withoutStack(() => new AccessDeniedException());
    return this.report(refusal, [{ scheme: 'none', outcome: 'forbidden', reason }], { route });
  }

  /** The refusal of a call whose path is not normalized: rules by path could not decide safely. */
  refusePath(route: string): RefusalException {
    const refusal = withoutStack(() => new AmbiguousPathException());
    return this.report(refusal, [], { route });
  }

  /** The refusal of a call before the boot has finished, when no plan is known yet. */
  refuseEarly(route: string): RefusalException {
    return this.report(bootNotFinished(), [{ scheme: 'none', outcome: 'unavailable', reason: 'boot_not_finished' }], { route });
  }

  /** Reports `failures` and returns the refusal that answers them. */
  refuse(failures: readonly StepFailure[], call: Reported & { readonly plan: NonNullable<Reported['plan']> }): RefusalException {
    const steps = reportSteps(failures, call.plan, this.options.explain !== false);
    return this.report(refusalFor(failures, call.plan.challenges, call.request), steps, call);
  }

  /** Writes the lines that were counted and not written yet. */
  onApplicationShutdown(): void {
    this.teller.flush();
  }

  private begin(
    plan: ProtectedPlan,
    request: AuthRequest,
    methods: RouteMethods,
    context: ExecutionContext | undefined,
    route: string,
  ): Awaitable<Admission> {
    const { complete, enricher } = this;
    const call: Call = { plan, request, methods, context, complete, enrich: enricher.enrich, route, observation: undefined };
    if (this.telemetry === undefined) return this.settle(call);
    return this.telemetry.observe(route, (observation) => this.settle({ ...call, observation }));
  }

  private settle(call: Call): Awaitable<Admission> {
    if (hasSeveralAuthorizations(call.request)) {
      const refusal = withoutStack(() => new AmbiguousCredentialsException());
      return this.report(refusal, [], { route: call.route, observation: call.observation });
    }
    const outcome = this.run(call);
    return isPromise(outcome)
      ? this.pending.wait(outcome, () => undecided(call.plan)).then((settled) => this.conclude(settled, call))
      : this.conclude(outcome, call);
  }

  private run(call: Call): Awaitable<Admission | readonly StepFailure[]> {
    try {
      const outcome = admit(call.plan, call);
      return isPromise(outcome) ? Promise.resolve(outcome).catch((error) => this.passOn(error, call)) : outcome;
    } catch (error) {
      return this.passOn(error, call);
    }
  }

  /** The own answer of an authorizer or of the enricher is a denial too. */
  private passOn(error: unknown, { route, observation }: Call): RefusalException {
    if (isA(error, HttpException)) this.teller.denied({ ...answeredBy(answererOf(error)), status: error.getStatus(), route }, observation);
    if (isRefusal(error)) return error;
    // Code that handles the error next may fail on a value that is not an error.
    throw isA(error, Error) ? error : new Error(textOf(error), { cause: error });
  }

  private conclude(outcome: Admission | readonly StepFailure[], call: Call): Admission {
    if (isFailures(outcome)) {
      if (!isAnonymous(call.plan, call.request, outcome)) return this.refuse(outcome, call);
      return this.conclude(ANONYMOUS_CALLER, call);
    }
    if (this.teller.announces && !(outcome instanceof HttpException))
      this.teller.admitted(principalIn(outcome), call.route, call.observation);
    return outcome;
  }

  private report(exception: RefusalException, steps: readonly StepReport[], { route, observation, plan }: Reported): RefusalException {
    const event: DenialEvent = { status: exception.getStatus(), code: exception.code, route, steps };
    this.teller.denied(this.options.explain === false ? event : this.explain(event, exception, plan?.source), observation);
    return exception;
  }

  private explain(event: DenialEvent, exception: RefusalException, source: PlanOrigin | undefined): DenialEvent {
    const explanation = explainDenial(event.code, event.steps, source);
    if (this.options.explain === 'body') explainInBody(exception, explanation);
    return { ...event, explanation };
  }
}

function isFailures(outcome: Admission | readonly StepFailure[]): outcome is readonly StepFailure[] {
  return Array.isArray(outcome);
}
