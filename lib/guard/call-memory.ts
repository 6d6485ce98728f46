import type { Awaitable } from '../awaitable.js';
import type { AuthRequest } from '../http/auth-request.js';
import type { RouteMethods } from '../http/route-methods.js';
import type { Authenticator, Verdict } from '../strategies/strategy.js';
import type { Enriched } from './enriched-callers.js';

/** Asks an authenticator, or remembers what it said before: a connection may be authenticated once for many messages. */
export type Authenticate = (authenticator: Authenticator, request: AuthRequest, methods: RouteMethods) => Verdict | Promise<Verdict>;

/**
 * Asks the enricher about the caller that `authenticators` accepted, or remembers what it said before about the same request or connection.
 * Only for those whose verdicts are remembered, too: the verdicts say who the caller is.
 */
export type RecallEnriched = (
  authenticators: readonly Authenticator[],
  request: AuthRequest,
  enrich: () => Awaitable<Enriched>,
) => Awaitable<Enriched>;

/** What a transport remembers of a request or a connection. What it leaves out is asked with every call. None of it depends on `this`. */
export interface CallMemory {
  /** Asks an authenticator, or remembers its verdict. */
  readonly authenticate?: Authenticate | undefined;
  /** Asks the enricher, or remembers its answer. */
  readonly recall?: RecallEnriched | undefined;
}
