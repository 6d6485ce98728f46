import { type Clock, earlier, isOver, isOverAt, LONG_AGO, later, type Moment, NEVER, present, remaining } from '../clock.js';

const SECOND = 1000;
/** Milliseconds for which data stays in use when it is no longer fresh and cannot be fetched again: one hour. */
const STALE_IF_ERROR = 3_600_000;

/** The longest pause in milliseconds before data is fetched again after a failure. */
export const LONGEST_PAUSE = 30_000;

/** Seconds for which published data is fresh unless configured. */
export const DEFAULT_FRESHNESS = 600;

/** How long data that is no longer fresh is used at once while a fetch is under way. Older data is used only if the fetch takes long. */
const STALE_WHILE_REFRESHING = 60 * SECOND;

/** How old published data is (the keys of a set, a document of metadata), and when the next fetch is due. */
export class Freshness {
  /** The end of freshness, or of the pause after a failure. */
  private dueAt = LONG_AGO;
  private goodUntil = LONG_AGO;
  private believedUntil = LONG_AGO;
  /** The first of all of them; kept because every request looks at it. */
  private calmUntil = LONG_AGO;
  private renewedAt = LONG_AGO;
  private failures = 0;

  /**
   * @param life - how long the data is fresh, in seconds.
   * @param firstPause - the pause after the first failure, in milliseconds.
   */
  constructor(
    private readonly life: number,
    private readonly clock: Clock,
    private readonly firstPause = SECOND,
  ) {}

  /** Whether the data may be used and no fetch is due. */
  isCalmAt(now: Moment): boolean {
    return !isOverAt(this.calmUntil, now);
  }

  /** Whether the data should be fetched. */
  get isDue(): boolean {
    return isOver(this.dueAt, this.clock);
  }

  /** Whether the data is used at once while a fetch is under way. */
  get isBelieved(): boolean {
    return !isOver(this.believedUntil, this.clock);
  }

  /** Whether the data may be used at all. */
  get isGood(): boolean {
    return !isOver(this.goodUntil, this.clock);
  }

  /** Whether the last fetch failed. */
  get isFailing(): boolean {
    return this.failures > 0;
  }

  /** Whether no fetch is due yet after a failure. */
  get isPausing(): boolean {
    return this.isFailing && !this.isDue;
  }

  /** Whether no fetch will be due again. */
  get isEnded(): boolean {
    return this.dueAt === NEVER;
  }

  /** Seconds until the next fetch is due, 1 or more. */
  get retryAfter(): number {
    return Math.max(1, Math.ceil(remaining(this.dueAt, this.clock) / SECOND));
  }

  /** The data was fetched. */
  renewed(): void {
    this.failures = 0;
    this.renewedAt = present(this.clock);
    this.dueAt = later(this.renewedAt, this.life * SECOND);
    this.goodUntil = later(this.dueAt, STALE_IF_ERROR);
    this.settle();
  }

  /**
   * A fetch failed. The next one is due after the first pause, then after twice as long each time, up to the longest pause.
   *
   * @returns whether it is the first failure after a success.
   */
  failed(): boolean {
    this.dueAt = later(present(this.clock), Math.min(this.firstPause * 2 ** this.failures, LONGEST_PAUSE));
    this.failures++;
    this.settle();
    return this.failures === 1;
  }

  /** The data may be out of date: a fetch is due when the longest pause since the last successful one is over, for any number of reports. */
  doubt(): void {
    if (this.isEnded) return;
    this.dueAt = earlier(this.dueAt, later(this.renewedAt, LONGEST_PAUSE));
    this.settle();
  }

  /** No fetch is due from now on. */
  end(): void {
    this.dueAt = NEVER;
  }

  private settle(): void {
    this.believedUntil = earlier(later(this.dueAt, STALE_WHILE_REFRESHING), this.goodUntil);
    this.calmUntil = earlier(this.dueAt, this.goodUntil);
  }
}
