import type { Clock } from '../clock.js';
import { AuthUnavailableError } from '../errors.js';
import type { SharedStateAccess } from '../memory/shared-state.js';
import { SingleFlight } from '../outgoing/single-flight.js';
import { withinTime } from '../outgoing/within-time.js';
import type { RevocationEntry } from './revocation-entry.js';
import { RevocationLog } from './revocation-log.js';
import type { RevokedTokens } from './revoked-tokens.js';

/** Milliseconds between two reads of the log. */
const PACE = 250;
/** Milliseconds for which a reading counts. */
const FRESH = 1000;
/** How many looks lie between two times that what has ended is skipped. */
const FLOOR_PACE = 240;
/** How many entries are written again at one time. */
const BATCH = 100;

/** Keeps the revocations of this process and those of the other instances the same. */
export class SharedRevocations {
  private readonly log: RevocationLog;
  private readonly flights = new SingleFlight<void>();
  /** What this process knows and has not seen in the log. */
  private readonly unseen = new Map<string, RevocationEntry>();
  private freshUntil = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private looks = 0;
  private isStopped = false;
  private readonly timeout: number;

  constructor(
    { state, timeout }: Pick<SharedStateAccess, 'state' | 'timeout'>,
    private readonly tokens: RevokedTokens,
    private readonly clock: Clock,
    private readonly onNews: () => void,
  ) {
    this.timeout = timeout;
    this.log = new RevocationLog(state, () => clock.wall() / 1000);
  }

  /** Whether this process knows what the others revoked up to a second ago. */
  get isFresh(): boolean {
    return this.clock.monotonic() < this.freshUntil;
  }

  /** Reads the log, and keeps reading it. The first reading is not waited for longer than a request would. */
  start(): Promise<void> {
    return withinTime(
      this.timeout,
      () => this.look(),
      () => undefined,
    );
  }

  /** Stops looking. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** Reads the new entries: once for all callers at the same time. @throws AuthUnavailableError */
  refresh(): Promise<void> {
    return this.inTime(() => this.readTogether());
  }

  /** Writes to the log for the other instances. @throws AuthUnavailableError if that fails now: it is done as soon as it can be. */
  publish(entry: RevocationEntry): Promise<void> {
    this.unseen.set(keyOf(entry), entry);
    return this.inTime(() => this.log.append(entry));
  }

  /** Several questions to the shared state together wait no longer than one. */
  private inTime(questions: () => Promise<void>): Promise<void> {
    return withinTime(this.timeout, questions, (): never => {
      throw new AuthUnavailableError('The shared state did not answer in time about revocations.', { retryAfter: 1 });
    });
  }

  private readTogether(): Promise<void> {
    return this.flights.run('', () => this.read());
  }

  private async look(): Promise<void> {
    try {
      const known = [...this.unseen.values()].slice(0, BATCH);
      await this.readTogether();
      await this.writeAgain(known);
      if (++this.looks % FLOOR_PACE === 0) await this.log.raiseFloor();
    } catch {
      // The shared state reports its outages itself.
    }
    if (!this.isStopped) this.timer = setTimeout(() => this.look(), PACE).unref();
  }

  private async read(): Promise<void> {
    const startedAt = this.clock.monotonic();
    const { entries, isNew } = await this.log.read();
    if (isNew) for (const entry of this.tokens.all) this.unseen.set(keyOf(entry), entry);
    let hasNews = false;
    for (const entry of entries) {
      this.unseen.delete(keyOf(entry));
      hasNews = this.tokens.add(entry) || hasNews;
    }
    this.freshUntil = startedAt + FRESH;
    if (hasNews) this.onNews();
  }

  /** What was known before the log was read, and was not in it: the store has lost it, or never had it. */
  private async writeAgain(known: readonly RevocationEntry[]): Promise<void> {
    const now = this.clock.wall() / 1000;
    for (const entry of known) {
      const key = keyOf(entry);
      if (!this.unseen.has(key)) continue;
      if (entry.end <= now) this.unseen.delete(key);
      else await this.log.append(entry);
    }
  }
}

function keyOf({ about, value, issuer, before, end }: RevocationEntry): string {
  return JSON.stringify([about, value, issuer, before, end]);
}
