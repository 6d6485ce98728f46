import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { ProtectedMounts, type ProtectOptions } from './access-control/protected-mounts.js';
import type { AuthEntry } from './decorators/auth-entry.js';
import { fieldError } from './errors.js';
import { check } from './guard/ask.js';
import { Door } from './guard/door.js';
import { StepFailure } from './guard/step-failure.js';
import { type FrameworkRequest, requestOf } from './http/wire-request.js';
import { PlanCompiler } from './plan/compile.js';
import type { ProtectedPlan, SingleStep } from './plan/plan.js';
import { PlanRegistry } from './plan/plan.registry.js';
import { describePolicy, type PolicyEntry } from './plan/policy.js';
import { isPrincipal, type Principal } from './principal.js';
import type { Requirements } from './requirements/every-requirement.js';
import type { Revocation } from './revocation/revocation.js';
import { Revocations } from './revocation/revocations.js';
import { BearerMechanism } from './strategies/bearer.js';
import { MountGuard, type Protection } from './transport/http/mount-guard.js';

const IN_CODE = { transport: 'http', methods: 'all' } as const;

/** The imperative face of the module: what the guard does, called from your own code. */
@Injectable()
export class AuthService {
  private readonly plans = new WeakMap<readonly AuthEntry[], Promise<ProtectedPlan>>();

  /** @internal Nest makes it: inject it. */
  constructor(
    @Inject(PlanCompiler) private readonly compiler: PlanCompiler,
    @Inject(Door) private readonly door: Door,
    @Inject(PlanRegistry) private readonly registry: PlanRegistry,
    @Inject(ProtectedMounts) private readonly mounts: ProtectedMounts,
    @Inject(MountGuard) private readonly mountGuard: MountGuard,
    @Inject(Revocations) private readonly revocations: Revocations = NO_REVOCATIONS,
  ) {}

  /**
   * Finds out who calls. Keep `entries` in a constant: a list is compiled once, and an inline config in it prepared once.
   *
   * @param input - a request, or the value of its `Authorization` header (undefined if it has none).
   * @returns the caller; undefined for a request without credentials, where the entries, or a group that they end in, end in `'anonymous'`.
   * @throws what the guard would: the 401, 403, 429 or 503 exception, with its header fields.
   * @throws AuthConfigurationError if the entries are wrong.
   */
  async authenticate(
    input: FrameworkRequest | string | undefined,
    entries: readonly [...AuthEntry[], 'anonymous'],
  ): Promise<Principal | undefined>;
  async authenticate(input: FrameworkRequest | string | undefined, entries: readonly AuthEntry[]): Promise<Principal>;
  async authenticate(input: FrameworkRequest | string | undefined, entries: readonly AuthEntry[]): Promise<Principal | undefined> {
    if (!Array.isArray(entries)) throw fieldError('entries', 'must be a list of entries.');
    const plan = await this.planOf(entries);
    return this.door.enter(plan, requestOf(input), undefined, AUTHENTICATE);
  }

  /**
   * Checks that `principal` holds what is required.
   *
   * @param context - Nest's execution context; needed where the requirements name authorizers.
   * @throws AccessDeniedException (403) if it does not; UnauthenticatedException (401) if there is no principal, or if it must authenticate
   * again (RFC 9470).
   * @throws AuthConfigurationError if the requirements are wrong.
   */
  async authorize(principal: Principal, requirements: Requirements, context?: ExecutionContext): Promise<void> {
    const compiled = this.compiler.compileRequirements(requirements);
    if (compiled.authorizers.length > 0 && context === undefined)
      throw fieldError('requirements.authorizers', 'need an execution context as the third argument.');
    const step: SingleStep = { kind: 'single', name: principal?.scheme ?? 'none', authenticator: SETTLED, requirements: compiled };
    const outcome = isPrincipal(principal)
      ? await check(step, this.door.complete(principal), context)
      : new StepFailure(step, 'absent', 'no_principal');
    if (!(outcome instanceof StepFailure)) return;
    const plan = outcome.outcome === 'step-up' ? STEP_UP : IMPERATIVE;
    throw this.door.refusals.ofFailures([outcome], { plan, target: AUTHORIZE });
  }

  /**
   * What every route demands, and where that was said: the policy of the whole application, as it is in force now.
   *
   * @throws AuthConfigurationError before the application is initialized.
   */
  policy(): PolicyEntry[] {
    this.registry.checkComplete('AuthService.policy()');
    return describePolicy(this.registry.all, this.registry.paths, this.registry.metadataPath);
  }

  /**
   * Guards a path that Nest does not route, with everything below it: a mounted router, a dashboard, static files. Call it before the
   * application is initialized, and mount the result before what it guards. The principal is left on the request; until the boot has
   * finished every request is answered 503.
   *
   * @returns a middleware of Express, and an `onRequest` hook of Fastify: register it in the plugin that it guards.
   * @throws AuthConfigurationError if the options are wrong; wrong entries stop the boot.
   * @example
   * ```ts
   * app.use('/queues', app.get(AuthService).protect({ at: '/queues', auth: ['sts'] }), board);
   * ```
   */
  protect(options: ProtectOptions): Protection {
    return this.mountGuard.protect(this.mounts.add(options));
  }

  /**
   * Refuses tokens from now on: one token, the tokens of a session, or those of a subject that were issued before a moment. It holds for
   * requests with remembered tokens and for open connections, too; in other instances within a second, where there is a `sharedState`.
   *
   * @throws AuthConfigurationError if the option `revocation` is missing, or the argument is wrong.
   * @throws AuthUnavailableError if the shared state does not answer: this process refuses the tokens, and the others do when it answers again.
   * @example
   * ```ts
   * await auth.revoke({ sub: user.id });
   * ```
   */
  revoke(revocation: Revocation): Promise<void> {
    return this.revocations.revoke(revocation);
  }

  private planOf(entries: readonly AuthEntry[]): Promise<ProtectedPlan> {
    const known = this.plans.get(entries);
    if (known !== undefined) return known;
    const plan = this.compiler.compile(entries, 'imperative');
    this.plans.set(entries, plan);
    return plan;
  }
}

const NO_REVOCATIONS = new Revocations({ config: undefined, access: undefined, warn: () => undefined });
const AUTHENTICATE = { ...IN_CODE, label: 'AuthService.authenticate' };
const AUTHORIZE = { ...IN_CODE, label: 'AuthService.authorize' };
const IMPERATIVE = { challenges: [], source: 'imperative' } as const;
const BEARER = new BearerMechanism();
const STEP_UP = { ...IMPERATIVE, challenges: BEARER.challenges };

/** In place of the strategy that has accepted the principal before. */
const SETTLED: SingleStep['authenticator'] = {
  challenges: [],
  authenticate: () => ({ outcome: 'absent' }),
  onStepUp: (denial) => BEARER.onStepUp(denial),
};
