import type { ExecutionContext } from '@nestjs/common';
import { type Awaitable, inTurn, isPromise, whenSettled } from '../awaitable.js';
import type { AuthRequest } from '../http/auth-request.js';
import type { RouteMethods } from '../http/route-methods.js';
import { authenticatorsOf, type CombinedStep, type SingleStep, type Step } from '../plan/plan.js';
import { extendPrincipal, isPrincipal, type Principal } from '../principal.js';
import type { Demand } from '../requirements/requirement.js';
import type { Rejected, Verdict } from '../strategies/strategy.js';
import type { CallMemory } from './call-memory.js';
import { enriched } from './enrich.js';
import type { Enrich } from './enricher.js';
import { type IsRevoked, revokedIn } from './revoked-in.js';
import { foundNothing, StepFailure } from './step-failure.js';
import { failed, retryAfterOf, thrownBy, unavailable } from './thrown-by.js';

/** One attempt to authenticate. */
export interface Attempt extends CallMemory {
  readonly request: AuthRequest;
  /** The request methods that the handler is declared for. */
  readonly methods: RouteMethods;
  /** Nest's context; undefined where a credential is checked outside a request. */
  readonly context: ExecutionContext | undefined;
  /** Adds what the application configures for a principal, such as the permissions of its roles. */
  readonly complete: (principal: Principal) => Principal;
  /** Adds to a principal what the enricher of the application returns; undefined where there is no enricher. */
  readonly enrich: Enrich | undefined;
  /** Whether the token of a caller was revoked; undefined where tokens cannot be. */
  readonly isRevoked?: IsRevoked | undefined;
}

/** The result of a step: the admitted caller, or why there is none. */
export type StepOutcome = Principal | StepFailure;

/** Tries one step. It is synchronous if its authenticator and its authorizers are. */
export function ask(step: Step, attempt: Attempt): Awaitable<StepOutcome> {
  return step.kind === 'single' ? askSingle(step, attempt) : askCombined(step, attempt);
}

/** Checks the requirements of a step for a caller that it accepted. */
export function check(step: Step, principal: Principal, context: ExecutionContext | undefined): Awaitable<StepOutcome> {
  const { forbidden, demands, authorizers } = step.requirements;
  if (forbidden !== undefined) return new StepFailure(step, 'forbidden', forbidden, { principal });
  for (const demand of demands) {
    const reason = demand.unmet(principal);
    if (reason !== undefined) return unmet(demand, reason, step, principal);
  }
  return authorizers.length === 0 ? principal : authorize(step, principal, context);
}

/** One challenge names everything that the user must do, so that it authenticates once. */
function unmet(demand: Demand, reason: string, step: Step, principal: Principal): StepFailure {
  if (demand.stepUp !== true) return new StepFailure(step, 'forbidden', reason, { principal, challenge: demand.challenge });
  const all = step.requirements.demands.filter(({ stepUp }) => stepUp === true);
  const challenge = Object.assign({}, ...all.map((each) => each.challenge), demand.challenge);
  return new StepFailure(step, 'step-up', reason, { principal, challenge });
}

function askSingle(step: SingleStep, attempt: Attempt): Awaitable<StepOutcome> {
  let outcome: StepOutcome;
  try {
    const { authenticate, request, methods } = attempt;
    const { authenticator } = step;
    const verdict =
      authenticate === undefined ? authenticator.authenticate(request, methods) : authenticate(authenticator, request, methods);
    if (isPromise(verdict)) return askLater(step, verdict, attempt);
    outcome = judge(step, verdict);
  } catch (error) {
    outcome = thrownBy(step, error);
  }
  return outcome instanceof StepFailure ? outcome : unlessRevoked(step, outcome, attempt);
}

async function askLater(step: SingleStep, pending: PromiseLike<Verdict>, attempt: Attempt): Promise<StepOutcome> {
  let outcome: StepOutcome;
  try {
    outcome = judge(step, await pending);
  } catch (error) {
    outcome = thrownBy(step, error);
  }
  return outcome instanceof StepFailure ? outcome : unlessRevoked(step, outcome, attempt);
}

function unlessRevoked(step: SingleStep, principal: Principal, attempt: Attempt): Awaitable<StepOutcome> {
  const { isRevoked } = attempt;
  const revoked = isRevoked === undefined ? undefined : revokedIn(step, principal, isRevoked);
  if (isPromise(revoked)) return unlessRevokedLater(step, principal, attempt, revoked);
  return revoked ?? goOn(step, principal, attempt);
}

/** A function of its own: one that has a callback makes an object with each call. */
async function unlessRevokedLater(
  step: SingleStep,
  principal: Principal,
  attempt: Attempt,
  pending: PromiseLike<StepFailure | undefined>,
): Promise<StepOutcome> {
  return (await pending) ?? goOn(step, principal, attempt);
}

/** Handles an accepted caller: the data of the application is added before the requirements are checked. */
function goOn(step: Step, principal: Principal, attempt: Attempt): Awaitable<StepOutcome> {
  const { enrich, complete, context } = attempt;
  return enrich === undefined ? check(step, complete(principal), context) : enrichThenCheck(step, principal, attempt, enrich);
}

function enrichThenCheck(step: Step, principal: Principal, attempt: Attempt, enrich: Enrich): Awaitable<StepOutcome> {
  const { recall, request } = attempt;
  const asked = () => enrich(principal, request);
  return whenSettled(enriched(step, recall === undefined ? asked : () => recall(authenticatorsOf(step), request, asked)), (outcome) =>
    outcome instanceof StepFailure ? outcome : check(step, attempt.complete(outcome), attempt.context),
  );
}

function judge(step: SingleStep, verdict: Verdict): StepOutcome {
  switch (verdict?.outcome) {
    case 'accepted':
      return isPrincipal(verdict.principal)
        ? verdict.principal
        : unavailable(step, new TypeError('The strategy accepted without a principal.'));
    case 'absent':
      return new StepFailure(step, 'absent', 'no_credentials');
    case 'rejected':
      return rejection(step, verdict);
    default:
      return unavailable(step, new TypeError('The strategy returned no verdict.'));
  }
}

/** Without details unless there is a hint: the step of another issuer rejects every token of this one. */
function rejection(step: SingleStep, verdict: Rejected): StepFailure {
  const retryAfter = retryAfterOf(verdict);
  const reason = typeof verdict.reason === 'string' ? verdict.reason : 'rejected';
  if (verdict.status === 403) return new StepFailure(step, 'forbidden', reason, undefined, verdict);
  return new StepFailure(step, 'rejected', reason, retryAfter === undefined ? undefined : { retryAfter }, verdict);
}

/**
 * Every step must admit; a refusal by one is final even if another was unavailable. The caller is enriched once, when all have
 * admitted it: a certificate alone may name a machine for which the application has no user.
 */
function askCombined(step: CombinedStep, attempt: Attempt): Awaitable<StepOutcome> {
  const member = attempt.enrich === undefined ? attempt : { ...attempt, enrich: undefined };
  const admitted: Principal[] = [];
  const failures: StepFailure[] = [];
  const asked = inTurn<Step, never>(step.steps, (each) =>
    whenSettled(ask(each, member), (outcome) => {
      if (outcome instanceof StepFailure) failures.push(outcome);
      else admitted.push(outcome);
      return undefined;
    }),
  );
  return whenSettled(asked, () => {
    const worst = failures.toSorted((a, b) => severityOf(a) - severityOf(b))[0];
    if (worst !== undefined) return admitted.length > 0 || !foundNothing(failures) ? withOthers(worst) : worst;
    return goOn(step, combine(admitted), attempt);
  });
}

/** A request with one of several credentials is not a request without credentials. */
function withOthers(failure: StepFailure): StepFailure {
  const { step, outcome, reason, details, verdict } = failure;
  return new StepFailure(step, outcome, reason, { ...details, hasOthers: true }, verdict);
}

const SEVERITY: readonly StepFailure['outcome'][] = ['rejected', 'absent', 'step-up', 'forbidden', 'unavailable'];

/** Credentials that a strategy refused take precedence over missing ones, with any status: such a step is not absent. */
function severityOf({ outcome, verdict }: StepFailure): number {
  return SEVERITY.indexOf(verdict === undefined ? outcome : 'rejected');
}

/** A token or a password names the caller: a certificate only identifies the machine. */
function combine(principals: readonly Principal[]): Principal {
  const caller = principals.find(({ method }) => method !== 'mtls') ?? principals[0];
  if (caller === undefined) throw new TypeError('A combined step has no steps.');
  const certificate = principals.find((each) => each.certificate !== undefined)?.certificate;
  const union = (key: 'scopes' | 'roles' | 'permissions') => [...new Set(principals.flatMap((each) => each[key]))];
  return extendPrincipal(caller, {
    scopes: union('scopes'),
    roles: union('roles'),
    permissions: union('permissions'),
    ...(certificate && { certificate }),
  });
}

function authorize(step: Step, principal: Principal, context: ExecutionContext | undefined): Awaitable<StepOutcome> {
  if (context === undefined) return unavailable(step, new TypeError('Authorizers need an execution context.'));
  try {
    const refused = inTurn(step.requirements.authorizers, ({ authorizer, args }) =>
      whenSettled(authorizer.authorize(principal, context, args), (allowed) => (allowed === true ? undefined : authorizer)),
    );
    const conclude = (refusing: unknown) =>
      refusing === undefined ? principal : new StepFailure(step, 'forbidden', 'refused_by_authorizer', { principal });
    return isPromise(refused) ? Promise.resolve(refused).then(conclude, (error) => failed(step, error, 'authorizer')) : conclude(refused);
  } catch (error) {
    return failed(step, error, 'authorizer');
  }
}
