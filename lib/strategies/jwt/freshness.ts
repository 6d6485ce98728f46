import { type Clock, earlier, isOver, isOverAt, LONG_AGO, later, type Moment, NEVER, present, remaining } from '../../clock.js';
import { LONGEST_PAUSE, STALE_IF_ERROR } from '../../outgoing/staleness.js';

const SECOND = 1000;
/** How long keys that are no longer fresh serve at once while newer ones are on the way; older ones serve only where those take long. */
const STALE_WHILE_REFRESHING = 60 * SECOND;

/** How old the keys of a published set are, and when the next fetch is due. */
export class Freshness {
  /** The end of freshness, or of the pause after a failure. */
  private dueAt = LONG_AGO;
  private goodUntil = LONG_AGO;
  private believedUntil = LONG_AGO;
  /** The first of all of them; kept because every request looks at it. */
  private calmUntil = LONG_AGO;
  private failures = 0;

  /** @param life - how long keys are fresh, in seconds. */
  constructor(
    private readonly life: number,
    private readonly clock: Clock,
  ) {}

  /** Whether the keys are good and no fetch is due. */
  isCalmAt(now: Moment): boolean {
    return !isOverAt(this.calmUntil, now);
  }

  /** Whether the keys should be fetched. */
  get isDue(): boolean {
    return isOver(this.dueAt, this.clock);
  }

  /** Whether the keys serve at once while newer ones are on the way. */
  get isBelieved(): boolean {
    return !isOver(this.believedUntil, this.clock);
  }

  /** Whether the keys may serve at all. */
  get isGood(): boolean {
    return !isOver(this.goodUntil, this.clock);
  }

  /** Whether the last fetch failed. */
  get isFailing(): boolean {
    return this.failures > 0;
  }

  /** Whether the endpoint is left alone after a failure. */
  get isPausing(): boolean {
    return this.isFailing && !this.isDue;
  }

  /** Whether it is over for good. */
  get isEnded(): boolean {
    return this.dueAt === NEVER;
  }

  /** In how many seconds it is worth asking again. */
  get retryAfter(): number {
    return Math.max(1, Math.ceil(remaining(this.dueAt, this.clock) / SECOND));
  }

  /** There are new keys. */
  renewed(): void {
    this.failures = 0;
    this.dueAt = later(present(this.clock), this.life * SECOND);
    this.goodUntil = later(this.dueAt, STALE_IF_ERROR);
    this.settle();
  }

  /**
   * A fetch failed. The next one is due after a second, then after twice as long each time, up to the longest pause.
   *
   * @returns whether it is the first failure after a success.
   */
  failed(): boolean {
    this.dueAt = later(present(this.clock), Math.min(SECOND * 2 ** this.failures, LONGEST_PAUSE));
    this.failures++;
    this.settle();
    return this.failures === 1;
  }

  /** Nothing is ever due any more. */
  end(): void {
    this.dueAt = NEVER;
  }

  private settle(): void {
    this.believedUntil = earlier(later(this.dueAt, STALE_WHILE_REFRESHING), this.goodUntil);
    this.calmUntil = earlier(this.dueAt, this.goodUntil);
  }
}
