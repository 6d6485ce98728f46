import type { ExecutionContext, HttpException, Type } from '@nestjs/common';
import type { Operation } from '../discovery/handler-catalog.js';
import type { HandlerKind } from '../discovery/handler-kind.js';
import type { ConfigurationProblem } from '../errors.js';
import type { CallMemory } from '../guard/call-memory.js';
import type { AuthRequest } from '../http/auth-request.js';
import type { PathPlans, Plan } from '../plan/plan.js';
import type { HandlerPlan } from '../plan/plan.registry.js';
import type { Principal } from '../principal.js';
import type { ResolvedAuthOptions } from '../resolved-options.js';
import type { TransportName } from '../transport-name.js';

/**
 * One kind of calls that reach handlers. To add one: a folder with a class that implements this, and a line in `transports.ts`.
 * It depends on nothing that an application provides, because it also refuses calls before the boot has finished.
 */
export interface Transport {
  /** The name of the transport in events, and the key of its plans. */
  readonly name: TransportName;
  /** How its callers are authenticated. Undefined: only handlers that are declared open can be called. */
  readonly callers?: Callers | undefined;
  /** Loads what a refusal needs of the transport's own, optional packages, before anything listens. */
  load?(kinds: ReadonlySet<HandlerKind>): Promise<void>;
  /** Takes the application's options: called once, before the first caller is admitted. */
  prepare?(options: ResolvedAuthOptions): void;
  /** Called when everything has been instantiated, and before anything of the application starts. */
  attach?(): void;
  /** Checks the operations of the transport when the application boots. Left out: each of them has a plan, and there is nothing to find. */
  check?(operations: readonly Operation[]): OperationFindings;
  /**
   * Sends a refusal, with its header fields where the transport has some. It may be an exception of the application's: an authorizer answers
   * with 404 to hide that there is something.
   *
   * @returns a promise that never settles, where the answer has been sent.
   * @throws the exception from which Nest makes the answer, everywhere else.
   */
  refuse(context: ExecutionContext, refusal: HttpException): Promise<never>;
}

/** What the boot learns of the operations of a transport. */
export interface OperationFindings {
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly string[];
  /** The operations that have a plan of their own. */
  readonly planned: readonly Operation[];
  /** The operations that are reached only through others, and admit what these have admitted. */
  readonly covered: readonly Operation[];
}

/** How the callers of a transport are read, remembered and kept. All of it runs for each call. */
export interface Callers extends CallMemory {
  /** The credentials of a call, in the form that strategies read; undefined where the call does not say where it came from: it is refused. */
  requestOf(context: ExecutionContext): AuthRequest | undefined;
  /** The context that authorizers are given. Left out: Nest's own. */
  contextFor?(context: ExecutionContext): ExecutionContext;
  /**
   * Chooses the plan of a call where there are access rules; undefined for a path that is ambiguous. Left out where access rules do not
   * decide about the transport.
   */
  planByPath?(paths: PathPlans, handlerPlan: HandlerPlan, context: ExecutionContext): Plan | undefined;
  /**
   * Keeps the caller for the handler; undefined for one without credentials, in place of what was there.
   *
   * @param request - what {@link requestOf} returned.
   */
  keep(context: ExecutionContext, principal: Principal | undefined, request: AuthRequest): void;
  /** Whether a caller was kept for the run of a handler with this very context. Left out where the guard runs once for each call. */
  isKept?(context: ExecutionContext): boolean;
}

/** The class of a transport. */
export interface TransportClass extends Type<Transport> {
  /** Nest's name for its contexts: what `context.getType()` returns. */
  readonly contextType: string;
  /** The caller that was kept for a handler: what `@CurrentPrincipal()` injects. */
  principalOf?(context: ExecutionContext): Principal | undefined;
}
