import { type Clock, SYSTEM_CLOCK } from '../clock.js';
import { AuthUnavailableError } from '../errors.js';
import { withinTime } from './within-time.js';

/** How long one decision waits for a store, with all its questions together. The time between two questions does not count. */
export class Patience {
  private left: number;

  /** @param seconds - how long; undefined for a store that is not waited for. */
  constructor(
    private readonly seconds: number | undefined,
    private readonly clock: Pick<Clock, 'monotonic'> = SYSTEM_CLOCK,
  ) {
    this.left = seconds ?? 0;
  }

  /**
   * Waits for an answer.
   *
   * @param onLate - called when the answer comes although it is not waited for any more.
   * @throws AuthUnavailableError if it does not come in the time that is left.
   */
  async wait<T>(question: () => Promise<T>, onLate: () => void = () => undefined): Promise<T> {
    const { seconds } = this;
    if (seconds === undefined) return question();
    const begun = this.clock.monotonic();
    const answer = question();
    const late = (): never => {
      answer.then(onLate, () => undefined);
      throw new AuthUnavailableError(`The shared state did not answer within ${seconds} s.`, { retryAfter: 1 });
    };
    try {
      return await withinTime(this.left, () => answer, late);
    } finally {
      this.left = Math.max(0, this.left - (this.clock.monotonic() - begun) / 1000);
    }
  }
}

/** For a decision that has no time-out of its own: each of its questions has one. */
export const UNLIMITED = new Patience(undefined);
