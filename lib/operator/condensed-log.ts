import type { LogLevel } from './operator-log.js';
import { OTHERS, PacedLog } from './paced-log.js';

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

/**
 * Writes the first line of each kind, and after that one summary per second and subject: a flood must not fill the disk or hide
 * other lines of the log. A kind without lines for a second is written in full again.
 */
export class CondensedLog extends PacedLog<Map<string, Kind>> {
  /** Writes `line`, or counts it if one of its kind was already written. */
  tell(level: LogLevel, subject: string, kind: string, line: () => string): void {
    const kinds = this.stateOf(subject, MAX_SUBJECTS, () => new Map());
    const known = kinds.get(kind);
    if (known !== undefined) known.count++;
    else if (kinds.size < MAX_KINDS) {
      kinds.set(kind, { level, count: 0, isNew: true });
      this.log[level](line());
    } else count(kinds, level);
    this.start();
  }

  protected pass(): void {
    for (const [subject, kinds] of this.subjects) {
      this.summarize(subject, kinds);
      forgetQuiet(kinds);
      if (kinds.size === 0) this.subjects.delete(subject);
    }
  }

  protected summarize(subject: string, kinds: ReadonlyMap<string, Kind>): void {
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
