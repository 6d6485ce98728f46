import { AuthUnavailableError } from '../errors.js';
import type { BreakerState, Tally } from './strategy.js';

/** How a {@link CircuitBreaker} behaves. */
export interface CircuitBreakerOptions {
  /** What is being protected, as the error names it. */
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
  /** Whether an error says that the other side is down. Others prove that it answers. */
  readonly counts: (error: unknown) => boolean;
  /** Told whenever it opens, or stays open after a probe that failed. */
  readonly onOpen?: () => void;
  /**
   * The clock, in milliseconds since the epoch.
   * @defaultValue `Date.now`
   */
  readonly now?: () => number;
}

/**
 * Stops calling something that is down: after several failures in a row it is open and refuses at once, without a call;
 * after a while a single call probes, and its outcome closes the breaker or opens it again.
 */
export class CircuitBreaker {
  private failuresInRow = 0;
  private openedAt: number | undefined;
  private probing = false;
  private succeeded = 0;
  private failed = 0;
  private readonly failures: number;
  private readonly openFor: number;
  private readonly now: () => number;

  constructor(private readonly options: CircuitBreakerOptions) {
    this.failures = options.failures ?? 5;
    this.openFor = (options.openFor ?? 5) * 1000;
    this.now = options.now ?? Date.now;
  }

  /** Whether it lets calls through. */
  get state(): BreakerState {
    const remaining = this.remaining();
    if (remaining === undefined) return 'closed';
    return remaining > 0 ? 'open' : 'half_open';
  }

  /** The calls that were let through, by how they ended. */
  get tally(): Tally {
    return { succeeded: this.succeeded, failed: this.failed };
  }

  /**
   * Does `task` unless the breaker is open.
   *
   * @throws AuthUnavailableError at once while it is open; whatever `task` throws.
   */
  async run<T>(task: () => Promise<T>): Promise<T> {
    const isProbe = this.enter();
    try {
      const result = await task();
      this.succeeded++;
      this.close();
      return result;
    } catch (error) {
      this.failed++;
      if (this.options.counts(error)) this.fail(isProbe);
      else this.close();
      throw error;
    }
  }

  /** Lets a call through, and says whether it is the probe. */
  private enter(): boolean {
    const remaining = this.remaining();
    if (remaining === undefined) return false;
    if (remaining > 0 || this.probing) {
      const retryAfter = Math.max(1, Math.ceil(remaining / 1000));
      throw new AuthUnavailableError(`${this.options.name} did not answer lately and is not asked now.`, { retryAfter });
    }
    this.probing = true;
    return true;
  }

  /** Milliseconds for which it stays open, or undefined when it is closed. */
  private remaining(): number | undefined {
    if (this.openedAt === undefined) return undefined;
    const elapsed = this.now() - this.openedAt;
    // A clock that was set back must not keep the breaker open.
    return elapsed < 0 ? 0 : Math.max(0, this.openFor - elapsed);
  }

  private close(): void {
    this.failuresInRow = 0;
    this.openedAt = undefined;
    this.probing = false;
  }

  /** Calls that were under way when it opened say nothing new by failing too. */
  private fail(isProbe: boolean): void {
    this.failuresInRow++;
    if (isProbe) this.probing = false;
    else if (this.openedAt !== undefined || this.failuresInRow < this.failures) return;
    this.openedAt = this.now();
    this.options.onOpen?.();
  }
}
