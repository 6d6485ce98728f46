import { AuthUnavailableError } from '../../../errors.js';

/** Node's pool has four threads, for files and name lookups too: logins get half of them. */
const AT_ONCE = 2;
const MOST_WAITING = 64;

/** Lets a few passwords be checked at a time, and a few more wait: a flood of logins does not stop the rest of the application. */
export class HashQueue {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(
    private readonly atOnce = AT_ONCE,
    private readonly mostWaiting = MOST_WAITING,
  ) {}

  /**
   * Does the work when its turn comes.
   *
   * @throws AuthUnavailableError at once when too many are waiting.
   */
  async run<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.running >= this.atOnce) await this.turn();
    else this.running++;
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private turn(): Promise<void> {
    if (this.waiting.length >= this.mostWaiting) throw new AuthUnavailableError('Too many logins are being checked.', { retryAfter: 1 });
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Hands its place to the next one, or gives it up. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.running--;
    else next();
  }
}
