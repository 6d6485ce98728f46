import { type ExecutionContext, HttpException } from '@nestjs/common';
import type { AuthRequest } from '../http/auth-request.js';
import type { CombinedStep, SingleStep, Step, StepRequirements } from '../plan/plan.js';
import { unmet } from '../plan/requirements.js';
import { createPrincipal, type Principal } from '../principal.js';
import type { Rejected, Verdict } from '../strategies/strategy.js';
import { type Awaitable, inTurn, isPromise, whenSettled } from './in-turn.js';
import { isPrincipal } from './is-principal.js';
import { StepFailure } from './step-failure.js';

/** What an attempt to come in consists of. */
export interface Attempt {
  readonly request: AuthRequest;
  /** Nest's context; undefined where a credential is checked outside a request. */
  readonly context: ExecutionContext | undefined;
  /** Adds to a principal what the application knows of it, as the permissions of its roles. */
  readonly complete: (principal: Principal) => Principal;
}

/** What a step says: the caller whom it admits, or why it does not. */
export type StepOutcome = Principal | StepFailure;

/** Asks one step. It is synchronous whenever its authenticator and its authorizers are. */
export function ask(step: Step, attempt: Attempt): Awaitable<StepOutcome> {
  return step.kind === 'single' ? askSingle(step, attempt) : askCombined(step, attempt);
}

/** Checks what a step requires of a caller whom it accepted. */
export function check(step: Step, principal: Principal, context: ExecutionContext | undefined): Awaitable<StepOutcome> {
  const lacking = step.requirements.forbidden ?? unmet(step.requirements, principal);
  if (lacking !== undefined) return new StepFailure(step, 'forbidden', lacking, { principal });
  return step.requirements.authorizers.length === 0 ? principal : authorize(step, principal, context);
}

function askSingle(step: SingleStep, attempt: Attempt): Awaitable<StepOutcome> {
  let verdict: Verdict | Promise<Verdict>;
  try {
    verdict = step.authenticator.authenticate(attempt.request);
  } catch (error) {
    return unavailable(step, error);
  }
  if (!isPromise(verdict)) return judge(step, verdict, attempt);
  return Promise.resolve(verdict).then(
    (settled) => judge(step, settled, attempt),
    (error) => unavailable(step, error),
  );
}

function judge(step: SingleStep, verdict: Verdict, attempt: Attempt): Awaitable<StepOutcome> {
  switch (verdict?.outcome) {
    case 'accepted':
      if (!isPrincipal(verdict.principal)) return unavailable(step, new TypeError('The strategy accepted without a principal.'));
      return check(step, attempt.complete(verdict.principal), attempt.context);
    case 'absent':
      return new StepFailure(step, 'absent', 'no_credentials');
    case 'rejected':
      return rejection(step, verdict);
    default:
      return unavailable(step, new TypeError('The strategy returned no verdict.'));
  }
}

/** With a hint or, as mostly, without anything more: the step of another issuer says no to every token of this one. */
function rejection(step: SingleStep, verdict: Rejected): StepFailure {
  const retryAfter = retryAfterOf(verdict);
  return retryAfter === undefined
    ? new StepFailure(step, 'rejected', verdict.reason)
    : new StepFailure(step, 'rejected', verdict.reason, { retryAfter });
}

/** Every step must admit; a clear no of one is an answer even if another could not find out. */
function askCombined(step: CombinedStep, attempt: Attempt): Awaitable<StepOutcome> {
  const admitted: Principal[] = [];
  const failures: StepFailure[] = [];
  const asked = inTurn<Step, never>(step.steps, (each) =>
    whenSettled(ask(each, attempt), (outcome) => {
      if (outcome instanceof StepFailure) failures.push(outcome);
      else admitted.push(outcome);
      return undefined;
    }),
  );
  return whenSettled(asked, () => {
    const worst = failures.toSorted((a, b) => SEVERITY.indexOf(a.outcome) - SEVERITY.indexOf(b.outcome))[0];
    if (worst !== undefined) return worst;
    return check(step, combine(admitted), attempt.context);
  });
}

const SEVERITY: readonly StepFailure['outcome'][] = ['rejected', 'absent', 'forbidden', 'unavailable'];

/** The caller is the one that a token or a password names: a certificate says which machine speaks, not for whom. */
function combine(principals: readonly Principal[]): Principal {
  const caller = principals.find(({ method }) => method !== 'mtls') ?? principals[0];
  if (caller === undefined) throw new TypeError('A combined step has no steps.');
  const certificate = principals.find((each) => each.certificate !== undefined)?.certificate;
  const union = (key: 'scopes' | 'roles' | 'permissions') => [...new Set(principals.flatMap((each) => each[key]))];
  return createPrincipal({
    ...caller,
    scopes: union('scopes'),
    roles: union('roles'),
    permissions: union('permissions'),
    ...(certificate && { certificate }),
  });
}

function authorize(step: Step, principal: Principal, context: ExecutionContext | undefined): Awaitable<StepOutcome> {
  const { authorizers }: StepRequirements = step.requirements;
  if (context === undefined) return unavailable(step, new TypeError('Authorizers need an execution context.'));
  try {
    const refused = inTurn(authorizers, (authorizer) =>
      whenSettled(authorizer.authorize(principal, context), (allowed) => (allowed === true ? undefined : authorizer)),
    );
    const conclude = (refusing: unknown) =>
      refusing === undefined ? principal : new StepFailure(step, 'forbidden', 'refused_by_authorizer', { principal });
    return isPromise(refused) ? Promise.resolve(refused).then(conclude, (error) => failed(step, error)) : conclude(refused);
  } catch (error) {
    return failed(step, error);
  }
}

/** An authorizer may answer with an exception of its own, as a guard may: 404 to hide that there is something. */
function failed(step: Step, error: unknown): StepFailure {
  if (error instanceof HttpException) throw error;
  return unavailable(step, error);
}

function unavailable(step: Step, cause: unknown): StepFailure {
  return new StepFailure(step, 'unavailable', 'could_not_find_out', { cause, retryAfter: retryAfterOf(cause) });
}

function retryAfterOf(hinting: unknown): number | undefined {
  const hint = (hinting as { retryAfter?: unknown } | null | undefined)?.retryAfter;
  return typeof hint === 'number' && hint > 0 && Number.isFinite(hint) ? hint : undefined;
}
