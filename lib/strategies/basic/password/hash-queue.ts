import { AuthUnavailableError } from '../../../errors.js';

/** Node's pool has four threads, for files and name lookups too: logins get half of them. */
const AT_ONCE = 2;
const MOST_WAITING = 64;

/** A login that waits for its turn. */
interface Waiter {
  readonly owner: unknown;
  readonly go: () => void;
  readonly giveUp: (reason: Error) => void;
}

/** Lets a few passwords be checked at a time, and a few more wait: a flood of logins does not stop the rest of the application. */
export class HashQueue {
  private readonly waiting = new Set<Waiter>();
  private running = 0;

  constructor(
    private readonly atOnce = AT_ONCE,
    private readonly mostWaiting = MOST_WAITING,
  ) {}

  /**
   * Does the work when its turn comes.
   *
   * @param owner - for whom: see {@link abandon}.
   * @throws AuthUnavailableError at once when too many are waiting, and when the owner gives up.
   */
  async run<T>(work: () => T | Promise<T>, owner?: unknown): Promise<T> {
    if (this.running >= this.atOnce) await this.turn(owner);
    else this.running++;
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  /** Refuses the work of an owner that waits for its turn. What has begun cannot be stopped: a thread is at it. */
  abandon(owner: unknown): void {
    for (const waiter of this.waiting) {
      if (waiter.owner !== owner) continue;
      this.waiting.delete(waiter);
      waiter.giveUp(new AuthUnavailableError('The application is closing.', { retryAfter: 1 }));
    }
  }

  private turn(owner: unknown): Promise<void> {
    if (this.waiting.size >= this.mostWaiting) throw new AuthUnavailableError('Too many logins are being checked.', { retryAfter: 1 });
    return new Promise((go, giveUp) => this.waiting.add({ owner, go, giveUp }));
  }

  /** Hands its place to the next one, or gives it up. */
  private leave(): void {
    const [next] = this.waiting;
    if (next === undefined) {
      this.running--;
      return;
    }
    this.waiting.delete(next);
    next.go();
  }
}
