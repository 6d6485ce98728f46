import type { BreakerState, DependencyHealth } from '../strategies/strategy.js';

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
