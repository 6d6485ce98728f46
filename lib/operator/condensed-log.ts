import type { LogLevel, OperatorLog } from './operator-log.js';
import { type Pace, REAL_PACE } from './pace.js';

/** A kind of line: how many there were since the last summary, and whether it is new since then. */
interface Kind {
  readonly level: LogLevel;
  count: number;
  isNew: boolean;
}

/** The limits of subjects and kinds: a caller may be able to invent more, and those are only counted. */
const MAX_SUBJECTS = 1000;
const MAX_KINDS = 20;
const NAMED_KINDS = 5;
const OTHERS = 'others';

/**
 * Writes the first line of each kind, and after that one summary per second and subject: a flood must not fill the disk or hide
 * other lines of the log. A kind without lines for a second is written in full again.
 */
export class CondensedLog {
  private readonly subjects = new Map<string, Map<string, Kind>>();
  private timer: ReturnType<Pace['inASecond']> | undefined;
  private since = 0;

  constructor(
    private readonly log: OperatorLog,
    private readonly pace: Pace = REAL_PACE,
  ) {}

  /** Writes `line`, or counts it if one of its kind was already written. */
  tell(level: LogLevel, subject: string, kind: string, line: () => string): void {
    const kinds = this.kindsOf(subject);
    const known = kinds.get(kind);
    if (known !== undefined) known.count++;
    else if (kinds.size < MAX_KINDS) {
      kinds.set(kind, { level, count: 0, isNew: true });
      this.log[level](line());
    } else count(kinds, level);
    if (this.timer === undefined) this.start();
  }

  /** Writes what was counted but not reported yet. */
  flush(): void {
    this.timer?.cancel();
    this.timer = undefined;
    for (const [subject, kinds] of this.subjects) this.summarize(subject, kinds);
    this.subjects.clear();
  }

  private kindsOf(subject: string): Map<string, Kind> {
    const name = this.subjects.has(subject) || this.subjects.size < MAX_SUBJECTS ? subject : OTHERS;
    const known = this.subjects.get(name);
    if (known !== undefined) return known;
    const kinds = new Map<string, Kind>();
    this.subjects.set(name, kinds);
    return kinds;
  }

  private start(): void {
    this.since = this.pace.now();
    this.timer = this.pace.inASecond(() => this.pass());
  }

  private pass(): void {
    this.timer = undefined;
    for (const [subject, kinds] of this.subjects) {
      this.summarize(subject, kinds);
      forgetQuiet(kinds);
      if (kinds.size === 0) this.subjects.delete(subject);
    }
    if (this.subjects.size > 0) this.start();
  }

  private summarize(subject: string, kinds: ReadonlyMap<string, Kind>): void {
    const counted = [...kinds].filter(([, { count }]) => count > 0).toSorted(([, one], [, other]) => other.count - one.count);
    if (counted.length === 0) return;
    const total = counted.reduce((sum, [, { count }]) => sum + count, 0);
    const named = counted.slice(0, NAMED_KINDS).map(([kind, { count }]) => `${count} × ${kind}`);
    const more = counted.length > NAMED_KINDS ? [`${counted.length - NAMED_KINDS} other kinds`] : [];
    const seconds = Math.max(1, Math.round(this.pace.now() - this.since));
    const level = counted.some(([, kind]) => kind.level === 'error') ? 'error' : 'warn';
    this.log[level](`${subject}: ${total} more in ${seconds} s: ${[...named, ...more].join(', ')}`);
  }
}

function count(kinds: Map<string, Kind>, level: LogLevel): void {
  const others = kinds.get(OTHERS);
  if (others === undefined) kinds.set(OTHERS, { level, count: 1, isNew: true });
  else others.count++;
}

function forgetQuiet(kinds: Map<string, Kind>): void {
  for (const [name, kind] of kinds) {
    if (kind.count === 0 && !kind.isNew) kinds.delete(name);
    kind.count = 0;
    kind.isNew = false;
  }
}
