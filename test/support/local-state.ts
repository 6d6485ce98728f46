import { type Clock, isOverAt, later, type Moment, present, SYSTEM_CLOCK } from '../../lib/clock.js';
import { AuthUnavailableError } from '../../lib/errors.js';
import type { SharedState } from '../../lib/memory/shared-state.js';

interface Entry {
  readonly value: string;
  readonly end: Moment;
}

/** Seconds between two searches for entries that have ended. */
const PACE = 1;

/** The shared state of one process alone: a bounded number of entries in memory. */
export class LocalState implements SharedState {
  private readonly entries = new Map<string, Entry>();
  private nextSweep: Moment;

  /** @param capacity - how many entries there may be; when there are so many, a further one is refused. */
  constructor(
    private readonly capacity = 100_000,
    private readonly clock: Clock = SYSTEM_CLOCK,
  ) {
    this.nextSweep = present(clock);
  }

  /** How many entries there are, with those that have ended and were not removed yet. */
  get size(): number {
    return this.entries.size;
  }

  async add(key: string, ttl: number): Promise<boolean> {
    if (this.find(key) !== undefined) return false;
    this.put(key, '', ttl);
    return true;
  }

  async get(key: string): Promise<string | undefined> {
    return this.find(key)?.value;
  }

  async set(key: string, value: string, ttl: number): Promise<void> {
    this.put(key, value, ttl);
  }

  async increment(key: string, ttl: number): Promise<number> {
    const known = this.find(key);
    const count = Number(known?.value ?? 0) + 1;
    if (known === undefined) this.put(key, String(count), ttl);
    else this.entries.set(key, { ...known, value: String(count) });
    return count;
  }

  /** Forgets everything. */
  clear(): void {
    this.entries.clear();
  }

  private find(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    return entry === undefined || isOverAt(entry.end, present(this.clock)) ? undefined : entry;
  }

  private put(key: string, value: string, ttl: number): void {
    const now = present(this.clock);
    if (!this.entries.has(key)) this.makeRoom(now);
    this.entries.set(key, { value, end: later(now, ttl * 1000) });
  }

  /** What is remembered is never given up before its end: that would admit what it refuses. */
  private makeRoom(now: Moment): void {
    if (this.entries.size < this.capacity) return;
    if (isOverAt(this.nextSweep, now)) {
      this.nextSweep = later(now, PACE * 1000);
      for (const [key, { end }] of this.entries) if (isOverAt(end, now)) this.entries.delete(key);
    }
    if (this.entries.size >= this.capacity) throw new AuthUnavailableError(`The state in memory is full: it has ${this.capacity} entries.`);
  }
}
