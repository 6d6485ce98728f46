import { randomUUID } from 'node:crypto';
import type { SharedState } from '../memory/shared-state.js';
import { type RevocationEntry, readEntry } from './revocation-entry.js';

const HEAD = 'revocations:head';
const LOG = 'revocations:log';
/** Seconds that the log itself is kept: when it ends, the instances write a new one. */
const LIFE = 31_536_000;
/** How many entries are read at the same time. */
const BATCH = 200;
/** How often an entry is looked for that has a number and is not there: its writer may be between its two steps. */
const PATIENCE = 40;
/** How many numbers may be between the two steps of their writers. */
const RECENT = 1000;

/** What a reading of the log found. */
export interface LogReading {
  readonly entries: readonly RevocationEntry[];
  /** Whether the log is another one than before, because the store was emptied: what is known and not in it must be written again. */
  readonly isNew: boolean;
}

/**
 * The revocations of all instances, as numbered entries in the shared state. A writer takes a number and writes the entry; a reader
 * compares two keys, and reads what is new. Entries are kept until their end; those that have ended are skipped from a floor on.
 */
export class RevocationLog {
  /** The name of the log that was read: it changes when the store was emptied. */
  private log: string | undefined;
  private position = 0;
  /** Numbers without an entry, and how often they were looked for. */
  private readonly missing = new Map<number, number>();
  /** When the entries that were read end, by number, in seconds since the epoch. */
  private readonly ends = new Map<number, number>();
  private floor = 0;

  constructor(
    private readonly state: SharedState,
    /** Seconds since the epoch. */
    private readonly now: () => number,
  ) {}

  /** Writes an entry. @throws AuthUnavailableError */
  async append(entry: RevocationEntry): Promise<void> {
    const ttl = entry.end - this.now();
    if (ttl <= 0) return;
    const number = await this.state.increment(HEAD, LIFE);
    const log = number === 1 ? await this.begin() : await this.nameOfLog();
    await this.state.set(keyOf(log ?? (await this.begin()), number), JSON.stringify(entry), ttl);
  }

  /** Reads what was written since the last time. @throws AuthUnavailableError */
  async read(): Promise<LogReading> {
    const [head, log] = await Promise.all([this.state.get(HEAD), this.nameOfLog()]);
    const last = Number(head ?? 0);
    const isNew = log !== this.log || last < this.position;
    if (isNew) await this.restart(log);
    if (log === undefined) return { entries: [], isNew };
    const fresh = Array.from({ length: Math.max(0, last - this.position) }, (_, index) => this.position + 1 + index);
    const entries = await this.readAll(log, [...this.missing.keys(), ...fresh], last);
    this.log = log;
    this.position = Math.max(this.position, last);
    return { entries, isNew };
  }

  /** Moves the floor over entries that have ended, so that a new instance need not look for them. @throws AuthUnavailableError */
  async raiseFloor(): Promise<void> {
    const { log } = this;
    if (log === undefined) return;
    const now = this.now();
    let floor = this.floor;
    while (floor < this.position && !this.missing.has(floor + 1) && (this.ends.get(floor + 1) ?? 0) <= now) this.ends.delete(++floor);
    if (floor === this.floor) return;
    this.floor = floor;
    await this.state.set(floorOf(log), String(floor), LIFE);
  }

  private async nameOfLog(): Promise<string | undefined> {
    return (await this.state.get(LOG)) ?? undefined;
  }

  private async begin(): Promise<string> {
    const log = randomUUID();
    await this.state.set(LOG, log, LIFE);
    return log;
  }

  private async restart(log: string | undefined): Promise<void> {
    const floor = log === undefined ? 0 : Number((await this.state.get(floorOf(log))) ?? 0);
    // Known once all of it was read: where that fails, the next reading is the first one, too.
    this.log = undefined;
    this.floor = Number.isSafeInteger(floor) ? Math.max(0, floor) : 0;
    this.position = this.floor;
    this.missing.clear();
    this.ends.clear();
  }

  private async readAll(log: string, numbers: readonly number[], last: number): Promise<RevocationEntry[]> {
    const found: (RevocationEntry | undefined)[] = [];
    for (let from = 0; from < numbers.length; from += BATCH) {
      const batch = numbers.slice(from, from + BATCH).map((number) => this.state.get(keyOf(log, number)));
      for (const text of await Promise.all(batch)) found.push(readEntry(text ?? ''));
    }
    // Only when all of it is here: what is noted is not read again.
    return numbers.flatMap((number, index) => this.note(number, found[index], last) ?? []);
  }

  /** Notes what was found under a number. Only a recent one may still be written: an older one has ended. */
  private note(number: number, entry: RevocationEntry | undefined, last: number): RevocationEntry | undefined {
    const attempts = (this.missing.get(number) ?? 0) + 1;
    if (entry === undefined && attempts < PATIENCE && number > last - RECENT) this.missing.set(number, attempts);
    else this.missing.delete(number);
    if (entry !== undefined) this.ends.set(number, entry.end);
    return entry;
  }
}

function keyOf(log: string, number: number): string {
  return `revocations:${log}:${number}`;
}

function floorOf(log: string): string {
  return `revocations:${log}:floor`;
}
