import { type ExecutionContext, HttpException, Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AuthEventSink } from '../auth-event.js';
import { type Awaitable, isPromise, whenSettled } from '../awaitable.js';
import { isA, textOf } from '../errors.js';
import type { AuthRequest } from '../http/auth-request.js';
import { hasSeveralAuthorizations } from '../http/authorization.js';
import { type DoorTelemetry, openDoorTelemetry } from '../observe/door-telemetry.js';
import type { Plan, ProtectedPlan } from '../plan/plan.js';
import type { Principal } from '../principal.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../resolved-options.js';
import { Revocations } from '../revocation/revocations.js';
import { admit } from './admit.js';
import { ANONYMOUS_CALLER, type AnonymousCaller, isAnonymous, principalIn } from './anonymous-caller.js';
import type { Attempt } from './ask.js';
import type { CallMemory } from './call-memory.js';
import { placeOf, type Target } from './called.js';
import { Enricher } from './enricher.js';
import { EventTeller } from './event-teller.js';
import { isRefusal, type RefusalException } from './exceptions.js';
import { PendingDecisions } from './pending-decisions.js';
import { Refusals, type Reported } from './refusals.js';
import { RolePermissions } from './role-permissions.js';
import { type StepFailure, undecided } from './step-failure.js';
import { answeredBy } from './step-report.js';
import { answererOf } from './thrown-by.js';

const NO_ENRICHER = new Enricher(undefined, undefined);
const NO_MEMORY: CallMemory = {};

/** The caller, or the refusal that answers it. */
export type Admission = Principal | AnonymousCaller | RefusalException;

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
  /** Refuses calls that are not checked against a plan. */
  readonly refusals: Refusals;
  private readonly isRevoked: Attempt['isRevoked'];
  private readonly telemetry = openDoorTelemetry();
  private readonly teller: EventTeller;

  constructor(
    @Inject(RESOLVED_OPTIONS) options: ResolvedAuthOptions,
    @Inject(AuthEventSink) sink: AuthEventSink,
    @Inject(PendingDecisions) private readonly pending: PendingDecisions = new PendingDecisions(),
    @Inject(Enricher) private readonly enricher: Pick<Enricher, 'enrich'> = NO_ENRICHER,
    @Inject(Revocations) revocations?: Pick<Revocations, 'isOn' | 'check'>,
  ) {
    if (revocations?.isOn === true) this.isRevoked = (principal) => revocations.check(principal);
    this.complete = new RolePermissions(options.roles).complete;
    this.teller = new EventTeller(sink, this.telemetry);
    this.refusals = new Refusals(options, this.teller);
  }

  /**
   * Admits the caller of `request`, synchronously if no strategy had to wait; undefined for one without credentials.
   *
   * @throws RefusalException
   */
  enter(
    plan: ProtectedPlan,
    request: AuthRequest,
    context: ExecutionContext | undefined,
    target: Target,
  ): Awaitable<Principal | undefined> {
    return whenSettled(this.begin(plan, request, context, target), (outcome) => {
      if (outcome instanceof HttpException) throw outcome;
      return principalIn(outcome);
    });
  }

  /**
   * Applies a plan: `true` if it is open. A plan that is undefined could not be chosen, because the path is ambiguous.
   *
   * A refusal is returned: each frame that a thrown one passes through costs time.
   *
   * @param memory - what the transport remembers; left out where everything is asked with every call.
   */
  follow(
    plan: Plan | undefined,
    request: AuthRequest,
    context: ExecutionContext | undefined,
    target: Target,
    memory?: CallMemory,
  ): Awaitable<Admission | true> {
    if (plan === undefined) return this.refusals.ofPath(target);
    if (plan.kind === 'open') return true;
    if (plan.kind !== 'protected') return this.refusals.ofEveryCaller(target, 'no_way_in');
    return this.begin(plan, request, context, target, memory);
  }

  /** Writes the lines that were counted and not written yet. */
  onApplicationShutdown(): void {
    this.teller.flush();
  }

  private begin(
    plan: ProtectedPlan,
    request: AuthRequest,
    context: ExecutionContext | undefined,
    target: Target,
    memory?: CallMemory,
  ): Awaitable<Admission> {
    const { complete, enricher, isRevoked } = this;
    const { methods } = target;
    const { enrich } = enricher;
    const { authenticate, recall } = memory ?? NO_MEMORY;
    const observation = undefined;
    const call: Call = { plan, request, methods, authenticate, recall, context, complete, enrich, isRevoked, target, observation };
    return this.telemetry === undefined ? this.settle(call) : this.settleObserved(call, this.telemetry);
  }

  private settleObserved(call: Call, telemetry: DoorTelemetry): Awaitable<Admission> {
    return telemetry.observe(call.target, call.request, (observation) => this.settle({ ...call, observation }));
  }

  private settle(call: Call): Awaitable<Admission> {
    if (hasSeveralAuthorizations(call.request)) return this.refusals.ofSeveralCredentials(call);
    const outcome = this.run(call);
    return isPromise(outcome) ? this.concludeLater(outcome, call) : this.conclude(outcome, call);
  }

  /** The closures stand here: they would cost the call that does not wait as well. */
  private concludeLater(outcome: PromiseLike<Admission | readonly StepFailure[]>, call: Call): Promise<Admission> {
    return this.pending.wait(outcome, () => undecided(call.plan)).then((settled) => this.conclude(settled, call));
  }

  private run(call: Call): Awaitable<Admission | readonly StepFailure[]> {
    try {
      const outcome = admit(call.plan, call);
      return isPromise(outcome) ? this.runOn(outcome, call) : outcome;
    } catch (error) {
      return this.passOn(error, call);
    }
  }

  private runOn<T>(outcome: PromiseLike<T>, call: Call): Promise<T | RefusalException> {
    return Promise.resolve(outcome).catch((error) => this.passOn(error, call));
  }

  /** The own answer of an authorizer or of the enricher is a denial too. */
  private passOn(error: unknown, { target, observation }: Call): RefusalException {
    if (isA(error, HttpException)) {
      const event = { ...answeredBy(answererOf(error)), status: error.getStatus(), ...placeOf(target) };
      this.teller.denied(event, observation);
    }
    if (isRefusal(error)) return error;
    // Code that handles the error next may fail on a value that is not an error.
    throw isA(error, Error) ? error : new Error(textOf(error), { cause: error });
  }

  private conclude(outcome: Admission | readonly StepFailure[], call: Call): Admission {
    if (isFailures(outcome)) {
      if (!isAnonymous(call.plan, call.request, outcome)) return this.refusals.ofFailures(outcome, call);
      return this.conclude(ANONYMOUS_CALLER, call);
    }
    if (this.teller.announces && !(outcome instanceof HttpException))
      this.teller.admitted(principalIn(outcome), call.target, call.observation);
    return outcome;
  }
}

function isFailures(outcome: Admission | readonly StepFailure[]): outcome is readonly StepFailure[] {
  return Array.isArray(outcome);
}
