import { PacedLog } from './paced-log.js';

/** Requests that were refused because the same thing was unavailable. */
interface Outage {
  readonly since: number;
  readonly told: Set<string>;
  last: number;
  refused: number;
}

/**
 * An outage is over when no request was affected for this many seconds: longer than a request waits for a server that does not answer, and than a server
 * is left alone. Otherwise each request of an application with little traffic would begin an outage of its own.
 */
const QUIET = 12;
const MAX_OUTAGES = 100;
const MAX_KINDS = 20;

/** Reports an outage when it begins, once for each kind of affected request, and when it is over; not for each request. */
export class OutageLog extends PacedLog<Outage> {
  /** Writes `line` at the beginning of an outage of `what`, and counts the next ones. */
  tell(what: string, kind: string, line: () => string): void {
    const now = this.pace.now();
    const outage = this.stateOf(what, MAX_OUTAGES, () => ({ since: now, told: new Set(), last: 0, refused: 0 }));
    outage.last = now;
    outage.refused++;
    if (!outage.told.has(kind) && outage.told.size < MAX_KINDS) {
      outage.told.add(kind);
      this.log.error(line());
    }
    this.start();
  }

  protected pass(): void {
    const now = this.pace.now();
    for (const [what, { since, last, refused }] of this.subjects) {
      if (now - last < QUIET) continue;
      this.subjects.delete(what);
      this.log.warn(
        `${what}: the outage is over: no request was affected for ${QUIET} s. It lasted ${secondsUntil(last, since)} s; ${requests(refused)} refused.`,
      );
    }
  }

  protected summarize(what: string, { since, refused }: Outage): void {
    this.log.warn(`${what}: ${requests(refused)} refused as unavailable in ${secondsUntil(this.pace.now(), since)} s, until now.`);
  }
}

function requests(count: number): string {
  return count === 1 ? '1 request was' : `${count} requests were`;
}

function secondsUntil(end: number, start: number): number {
  return Math.max(1, Math.round(end - start));
}
