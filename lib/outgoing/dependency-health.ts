/** How often something went well and how often it did not, since the application booted. */
export interface Tally {
  /** How often it went well. */
  readonly succeeded: number;
  /** How often it did not. */
  readonly failed: number;
}

/** Whether calls are let through, refused at once, or let through one at a time to find out. */
export type BreakerState = 'closed' | 'open' | 'half_open';

/** How something that an authenticator depends on is doing. */
export interface DependencyHealth {
  /** What it is: `jwks`, `introspection`, `ldap`. */
  readonly dependency: string;
  /** `down` if whoever is not known already gets 503; `degraded` if it fails but requests are still answered, or may be again. */
  readonly status: 'up' | 'degraded' | 'down';
  /** Facts for the operator. Health endpoints are often open: no credentials, addresses or error messages. */
  readonly details: Readonly<Record<string, string | number>>;
}

const STATUS: Readonly<Record<BreakerState, DependencyHealth['status']>> = {
  closed: 'up',
  // The next request finds out. Were it down, whoever asks about health might keep that request away for good.
  half_open: 'degraded',
  open: 'down',
};

/** How a dependency is doing by what its circuit breaker has met; `reason` is a word for the operator, where there is one. */
export function healthOf(dependency: string, breaker: BreakerState, reason?: string): DependencyHealth {
  return { dependency, status: STATUS[breaker], details: { breaker, ...(reason !== undefined && { reason }) } };
}
