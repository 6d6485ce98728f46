/** How often something succeeded and how often it failed, since the application booted. */
export interface Tally {
  /** How often it succeeded. */
  readonly succeeded: number;
  /** How often it failed. */
  readonly failed: number;
}

/** The state of a circuit breaker: calls are made, fail at once, or are tried one at a time. */
export type BreakerState = 'closed' | 'open' | 'half_open';

/** The health of something that an authenticator depends on. */
export interface DependencyHealth {
  /** What it is: `jwks`, `introspection`, `ldap`. */
  readonly dependency: string;
  /** `down` if callers that are not in a cache get 503; `degraded` if it fails but requests are still answered, or may be again. */
  readonly status: 'up' | 'degraded' | 'down';
  /** Facts for the operator. Health endpoints are often open: no credentials, addresses or error messages. */
  readonly details: Readonly<Record<string, string | number>>;
}

const STATUS: Readonly<Record<BreakerState, DependencyHealth['status']>> = {
  closed: 'up',
  // The next request is the test. With `down`, a load balancer might keep that request away for ever.
  half_open: 'degraded',
  open: 'down',
};

/**
 * The health of a dependency by the state of its circuit breaker.
 *
 * @param reason - what is wrong, as a code for the operator: with it, a dependency that is called is degraded.
 */
export function healthOf(dependency: string, breaker: BreakerState, reason?: string): DependencyHealth {
  if (reason === undefined) return { dependency, status: STATUS[breaker], details: { breaker } };
  return { dependency, status: breaker === 'closed' ? 'degraded' : STATUS[breaker], details: { breaker, reason } };
}
