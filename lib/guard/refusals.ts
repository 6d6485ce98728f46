import { HttpException } from '@nestjs/common';
import type { DenialEvent, StepReport } from '../auth-event.js';
import { isA } from '../errors.js';
import type { AuthRequest } from '../http/auth-request.js';
import type { Observation } from '../observe/observation.js';
import type { PlanOrigin, ProtectedPlan } from '../plan/plan.js';
import type { ResolvedAuthOptions } from '../resolved-options.js';
import { type Called, placeOf } from './called.js';
import type { EventTeller } from './event-teller.js';
import { AccessDeniedException, AmbiguousCredentialsException, AmbiguousPathException, type RefusalException } from './exceptions.js';
import { explainDenial, explainInBody } from './explain.js';
import { cannotDecide, refusalFor } from './refuse.js';
import type { StepFailure } from './step-failure.js';
import { reportSteps } from './step-report.js';
import { withoutStack } from './without-stack.js';

/** The context of a denial. */
export interface Reported {
  readonly target: Called;
  readonly observation?: Observation | undefined;
  /** The plan that refused the call. */
  readonly plan?: Pick<ProtectedPlan, 'challenges' | 'source' | 'admitsAnonymous'> | undefined;
  readonly request?: AuthRequest | undefined;
}

/** Makes the refusals of calls, and reports each of them. */
export class Refusals {
  constructor(
    private readonly options: Pick<ResolvedAuthOptions, 'explain'>,
    private readonly teller: EventTeller,
  ) {}

  /** The refusal of a call that no credentials could admit. */
  ofEveryCaller(target: Called, reason: string): RefusalException {
    const refusal = withoutStack(() => new AccessDeniedException());
    return this.report(refusal, [{ scheme: 'none', outcome: 'forbidden', reason }], { target });
  }

  /**
   * What answers an error that ended a decision. An exception of Nest is an answer of the application, as an authorizer may give. Any other error
   * is not the caller's fault: code of a transporter or of the application has failed.
   */
  ofError(target: Called, error: unknown): HttpException {
    if (isA(error, HttpException)) return error;
    return this.report(cannotDecide(), [{ scheme: 'none', outcome: 'unavailable', reason: 'unexpected_error', cause: error }], { target });
  }

  /** The refusal of a call whose path is not normalized: rules by path could not decide safely. */
  ofPath(target: Called): RefusalException {
    const refusal = withoutStack(() => new AmbiguousPathException());
    return this.report(refusal, [], { target });
  }

  /** The refusal of a call before the boot has finished, when no plan is known yet. */
  beforeBoot(target: Called): RefusalException {
    return this.report(cannotDecide(), [{ scheme: 'none', outcome: 'unavailable', reason: 'boot_not_finished' }], { target });
  }

  /** The refusal of a request with several credentials in one field. */
  ofSeveralCredentials({ target, observation }: Reported): RefusalException {
    const refusal = withoutStack(() => new AmbiguousCredentialsException());
    return this.report(refusal, [], { target, observation });
  }

  /** The refusal that answers `failures`. */
  ofFailures(failures: readonly StepFailure[], call: Reported & { readonly plan: NonNullable<Reported['plan']> }): RefusalException {
    const steps = reportSteps(failures, call.plan, this.options.explain !== false);
    return this.report(refusalFor(failures, call.plan.challenges, call.request), steps, call);
  }

  private report(exception: RefusalException, steps: readonly StepReport[], { target, observation, plan }: Reported): RefusalException {
    const event: DenialEvent = { status: exception.getStatus(), code: exception.code, ...placeOf(target), steps };
    this.teller.denied(this.options.explain === false ? event : this.explain(event, exception, plan?.source), observation);
    return exception;
  }

  private explain(event: DenialEvent, exception: RefusalException, source: PlanOrigin | undefined): DenialEvent {
    const explanation = explainDenial(event.code, event.steps, source);
    if (this.options.explain === 'body') explainInBody(exception, explanation);
    return { ...event, explanation };
  }
}
