import type { OperatorLog } from './operator-log.js';
import { type Pace, REAL_PACE } from './pace.js';

/** Requests that were refused because the same thing was unavailable. */
interface Outage {
  readonly since: number;
  readonly told: Set<string>;
  last: number;
  refused: number;
}

/** An outage is over when no request was affected for this many seconds. */
const QUIET = 2;
const MAX_OUTAGES = 100;
const MAX_KINDS = 20;
const OTHERS = 'others';

/** Reports an outage when it begins, once for each kind of affected request, and when it is over; not for each request. */
export class OutageLog {
  private readonly outages = new Map<string, Outage>();
  private timer: ReturnType<Pace['inASecond']> | undefined;

  constructor(
    private readonly log: OperatorLog,
    private readonly pace: Pace = REAL_PACE,
  ) {}

  /** Writes `line` at the beginning of an outage of `what`, and counts the next ones. */
  tell(what: string, kind: string, line: () => string): void {
    const outage = this.outageOf(what);
    outage.last = this.pace.now();
    outage.refused++;
    if (!outage.told.has(kind) && outage.told.size < MAX_KINDS) {
      outage.told.add(kind);
      this.log.error(line());
    }
    this.timer ??= this.pace.inASecond(() => this.pass());
  }

  /** Reports the outages that are not over. */
  flush(): void {
    this.timer?.cancel();
    this.timer = undefined;
    for (const [what, { since, refused }] of this.outages)
      this.log.warn(`${what}: ${requests(refused)} refused as unavailable in ${secondsUntil(this.pace.now(), since)} s, until now.`);
    this.outages.clear();
  }

  private outageOf(what: string): Outage {
    const name = this.outages.has(what) || this.outages.size < MAX_OUTAGES ? what : OTHERS;
    const known = this.outages.get(name);
    if (known !== undefined) return known;
    const outage: Outage = { since: this.pace.now(), told: new Set(), last: 0, refused: 0 };
    this.outages.set(name, outage);
    return outage;
  }

  private pass(): void {
    const now = this.pace.now();
    for (const [what, { since, last, refused }] of this.outages) {
      if (now - last < QUIET) continue;
      this.outages.delete(what);
      this.log.warn(
        `${what}: the outage is over: no request was affected for ${QUIET} s. It lasted ${secondsUntil(last, since)} s; ${requests(refused)} refused.`,
      );
    }
    this.timer = this.outages.size === 0 ? undefined : this.pace.inASecond(() => this.pass());
  }
}

function requests(count: number): string {
  return count === 1 ? '1 request was' : `${count} requests were`;
}

function secondsUntil(end: number, start: number): number {
  return Math.max(1, Math.round(end - start));
}
