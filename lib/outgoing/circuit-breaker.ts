import { type Clock, later, type Moment, present, remaining, SYSTEM_CLOCK } from '../clock.js';
import { AuthUnavailableError } from '../errors.js';
import type { BreakerState, Tally } from './dependency-health.js';

/** How a {@link CircuitBreaker} behaves. */
export interface CircuitBreakerOptions {
  /** The name of what is called, for the error. */
  readonly name: string;
  /**
   * How many failures in a row open it.
   * @defaultValue 5
   */
  readonly failures?: number;
  /**
   * For how many seconds it stays open before one call may probe.
   * @defaultValue 5
   */
  readonly openFor?: number;
  /** Whether an error means that the other side is down. Any other error proves that it answers. */
  readonly counts: (error: unknown) => boolean;
  /** Whether an error opens it at once, because it would occur again: refused credentials of this application. */
  readonly opensAtOnce?: (error: unknown) => boolean;
  /** Called whenever a call succeeds. */
  readonly onSuccess?: () => void;
  /** Called whenever it opens, or stays open after a probe that failed. */
  readonly onOpen?: () => void;
  /**
   * The clocks.
   * @defaultValue those of this machine
   */
  readonly clock?: Clock;
}

/**
 * Stops calls to something that is down. After several failures in a row it is open, and calls fail at once. After a while one call is made as a
 * probe, and its outcome closes the breaker or opens it again.
 */
export class CircuitBreaker {
  private failuresInRow = 0;
  private openUntil: Moment | undefined;
  private lastFailure: unknown;
  private probing = false;
  private succeeded = 0;
  private failed = 0;
  private readonly failures: number;
  private readonly openFor: number;
  private readonly clock: Clock;

  constructor(private readonly options: CircuitBreakerOptions) {
    this.failures = options.failures ?? 5;
    this.openFor = (options.openFor ?? 5) * 1000;
    this.clock = options.clock ?? SYSTEM_CLOCK;
  }

  /** The error that opened it; undefined while it is closed. */
  get failure(): unknown {
    return this.lastFailure;
  }

  /** Whether calls are made. */
  get state(): BreakerState {
    const remaining = this.remaining();
    if (remaining === undefined) return 'closed';
    return remaining > 0 ? 'open' : 'half_open';
  }

  /** How many calls succeeded and failed. */
  get tally(): Tally {
    return { succeeded: this.succeeded, failed: this.failed };
  }

  /**
   * Runs `task` unless the breaker is open.
   *
   * @throws AuthUnavailableError at once while it is open; what `task` throws.
   */
  async run<T>(task: () => Promise<T>): Promise<T> {
    const isProbe = this.enter();
    try {
      const result = await task();
      this.succeeded++;
      this.close();
      this.options.onSuccess?.();
      return result;
    } catch (error) {
      this.failed++;
      this.meet(error, isProbe);
      throw error;
    }
  }

  /** Whether the call is the probe. @throws AuthUnavailableError if no call may be made now. */
  private enter(): boolean {
    const remaining = this.remaining();
    if (remaining === undefined) return false;
    if (remaining > 0 || this.probing) {
      const retryAfter = Math.max(1, Math.ceil(remaining / 1000));
      throw new AuthUnavailableError(`${this.options.name} did not answer recently and is not called for now.`, {
        retryAfter,
        cause: this.lastFailure,
      });
    }
    this.probing = true;
    return true;
  }

  /** Milliseconds for which it stays open, or undefined when it is closed. */
  private remaining(): number | undefined {
    return this.openUntil === undefined ? undefined : Math.max(0, remaining(this.openUntil, this.clock));
  }

  private close(): void {
    this.failuresInRow = 0;
    this.openUntil = undefined;
    this.lastFailure = undefined;
    this.probing = false;
  }

  private meet(error: unknown, isProbe: boolean): void {
    const atOnce = this.options.opensAtOnce?.(error) === true;
    if (atOnce || this.options.counts(error)) this.fail(error, isProbe, atOnce);
    else this.close();
  }

  private fail(error: unknown, isProbe: boolean, atOnce: boolean): void {
    this.failuresInRow++;
    if (isProbe) this.probing = false;
    // Calls that were under way when it opened do not lengthen the pause.
    else if (this.openUntil !== undefined || (!atOnce && this.failuresInRow < this.failures)) return;
    this.lastFailure = error;
    this.openUntil = later(present(this.clock), this.openFor);
    this.options.onOpen?.();
  }
}
