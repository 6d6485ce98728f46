import { AuthUnavailableError, fieldError } from '../../errors.js';
import type { SharedStateAccess } from '../../memory/shared-state.js';
import { withinTime } from '../../outgoing/within-time.js';
import type { AttemptLimiter } from './attempt-limiter.js';
import { BoundedLimiter } from './bounded-limiter.js';
import type { FailedLoginsConfig, Limiter, LimiterOptions } from './failed-logins.config.js';
import { sharedLimiter } from './shared-limiter.js';

/** Seconds that a store of the application may take for one answer, so that logins do not wait for a store that hangs. */
const LONGEST_WAIT = 2;
const METHODS = ['consume', 'reward', 'delete'] as const;

/**
 * Makes a limiter: the application's own, or one in the shared state, or in memory where there is none.
 *
 * @throws AuthConfigurationError if the application does not return a limiter.
 */
export function createLimiter(
  { createLimiter: create }: FailedLoginsConfig,
  options: LimiterOptions,
  shared?: SharedStateAccess,
): AttemptLimiter {
  if (create === undefined) return shared === undefined ? new BoundedLimiter(options) : sharedLimiter(shared, options);
  const limiter: Partial<Limiter> | undefined = create(options);
  if (METHODS.some((method) => typeof limiter?.[method] !== 'function'))
    throw fieldError('failedLogins.createLimiter', 'must return a limiter of rate-limiter-flexible.');
  return new ForeignLimiter(limiter as Limiter);
}

/** A limiter that may fail, hang or throw. */
class ForeignLimiter implements Limiter {
  constructor(private readonly limiter: Limiter) {}

  consume(key: string): ReturnType<Limiter['consume']> {
    return inTime(() => this.limiter.consume(key));
  }

  reward(key: string): Promise<unknown> {
    return inTime(() => this.limiter.reward(key));
  }

  delete(key: string): Promise<unknown> {
    return inTime(() => this.limiter.delete(key));
  }
}

function inTime<T>(work: () => Promise<T>): Promise<T> {
  return withinTime(LONGEST_WAIT, work, () => {
    throw new AuthUnavailableError(`The store of failed logins took more than ${LONGEST_WAIT} s.`);
  });
}
