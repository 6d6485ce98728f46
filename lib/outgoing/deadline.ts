import { ExchangeError } from './exchange-error.js';

/** What a {@link Deadline} needs to know of an exchange. */
interface Bounded {
  readonly url: URL;
  readonly method: string;
  /** Aborts the exchange. */
  readonly signal?: AbortSignal;
}

/**
 * The end of an exchange whose time is over, or whose signal is aborted. It is no `AbortSignal`: a new one for each exchange, and the listeners that it
 * needs, cost half as much as the exchange itself.
 */
export class Deadline {
  /** Why the time is over; undefined while it is not. */
  late: ExchangeError | undefined;
  private stop: ((reason: unknown) => void) | undefined;
  private readonly timer: NodeJS.Timeout;
  private readonly onAbort: (() => void) | undefined;

  /** @param timeout - in milliseconds. */
  constructor(
    timeout: number,
    private readonly exchange: Bounded,
  ) {
    this.timer = setTimeout(() => {
      this.late = new ExchangeError('timeout', exchange, `no whole answer within ${timeout / 1000} s`);
      this.stop?.(this.late);
    }, timeout);
    const { signal } = exchange;
    if (signal === undefined) return;
    this.onAbort = () => this.stop?.(signal.reason);
    signal.addEventListener('abort', this.onAbort);
  }

  /** Calls `stop` when the exchange has to end, at once if it has to already. It replaces the function that was given before. */
  onEnd(stop: (reason: unknown) => void): void {
    this.stop = stop;
    const { signal } = this.exchange;
    if (signal?.aborted) stop(signal.reason);
    else if (this.late !== undefined) stop(this.late);
  }

  /** The exchange is over. */
  close(): void {
    clearTimeout(this.timer);
    if (this.onAbort !== undefined) this.exchange.signal?.removeEventListener('abort', this.onAbort);
  }
}
