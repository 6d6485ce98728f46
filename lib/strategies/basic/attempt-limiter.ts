import type { Patience } from '../../outgoing/patience.js';
import type { Limiter, LimiterAnswer } from './failed-logins.config.js';

/** The answer of a limiter that has counted a failure. */
export interface CountedAnswer extends LimiterAnswer {
  /** What has counted it, where that is not the whole limiter: only there it may be taken back or forgotten. */
  readonly countedBy?: Limiter;
}

/** A limiter that is given the time for which an attempt still waits for it. */
export interface AttemptLimiter extends Limiter {
  consume(key: string, patience?: Patience): Promise<CountedAnswer>;
}

/** The milliseconds in a refusal: `consume` rejects with its result when there were too many, and with an error when the store failed. */
export function waitIn(refusal: unknown): number | undefined {
  const { msBeforeNext = Number.NaN } = (refusal ?? {}) as Partial<LimiterAnswer>;
  return Number.isFinite(msBeforeNext) ? Math.max(msBeforeNext, 1) : undefined;
}
