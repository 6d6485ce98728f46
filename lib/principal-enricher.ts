import type { AuthRequest } from './http/auth-request.js';
import type { AuthUser, Principal } from './principal.js';

/** What the application adds to a caller. */
export interface Enrichment {
  /** Roles, in addition to those of the credential. */
  readonly roles?: readonly string[];
  /** Permissions, in addition to those of the credential and of its roles. */
  readonly permissions?: readonly string[];
  /** The application's own object for the caller: `principal.user`. It is neither copied nor frozen. */
  readonly user?: AuthUser;
}

/**
 * Adds to each caller what the application knows of it: an injectable class, given to `AuthModule.forRoot({ enricher })`. It runs after
 * authentication and before all requirements. Scopes cannot be added: they are what was granted.
 */
export interface PrincipalEnricher {
  /**
   * Returns what is added to `principal`. `undefined` refuses the caller (401), an `HttpException` is answered as it is, any other error
   * is answered 503.
   *
   * @param request - the request; do not read it where `enricherCache` is set, because other requests get the same result.
   */
  enrich(principal: Principal, request: AuthRequest): Enrichment | undefined | Promise<Enrichment | undefined>;
}

/** How many enriched callers are remembered, and for how long. */
export interface EnricherCacheConfig {
  /**
   * The largest number of callers; the least recently used goes first.
   * @defaultValue 1000
   */
  readonly capacity?: number;
  /** The seconds after which a caller is enriched again: a user that was changed or removed keeps its access that long. */
  readonly maxAge: number;
}
