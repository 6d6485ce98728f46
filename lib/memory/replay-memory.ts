import { type Clock, later, type Moment, present, SYSTEM_CLOCK } from '../clock.js';
import type { Waiting } from './shared-state.js';

/** Remembers what may be used only once. */
export interface ReplayMemory {
  /**
   * Remembers `key` for `seconds`.
   *
   * @param waiting - how long is waited for it; without it, as long as each question to the shared state may take.
   * @returns false if it is remembered already.
   * @throws ReplayMemoryFullError, or any other error, if it could not be remembered.
   */
  add(key: string, seconds: number, waiting?: Waiting): boolean | Promise<boolean>;
}

/** The memory has no room: what cannot be remembered could be used twice. */
export class ReplayMemoryFullError extends Error {
  constructor(capacity: number) {
    super(`All ${capacity} places for what was used already are taken.`);
  }
}

/** How many keys are remembered unless it is configured: about 20 MB. */
const DEFAULT_CAPACITY = 100_000;

/** Remembers keys in this process. Nothing is displaced: when it is full, `add()` throws. */
export class LocalReplayMemory implements ReplayMemory {
  /** In the order in which they were added: as long as all live equally long, they end in this order. */
  private readonly ends = new Map<string, Moment>();

  constructor(
    private readonly capacity: number = DEFAULT_CAPACITY,
    private readonly clock: Clock = SYSTEM_CLOCK,
  ) {}

  add(key: string, seconds: number): boolean {
    const now = present(this.clock);
    this.dropEnded(now);
    if (this.ends.has(key)) return false;
    if (this.ends.size >= this.capacity) throw new ReplayMemoryFullError(this.capacity);
    this.ends.set(key, later(now, seconds * 1000));
    return true;
  }

  /** Forgets `key`: it could not be found out whether it was used elsewhere. */
  forget(key: string): void {
    this.ends.delete(key);
  }

  /** On both clocks: if the wall clock is set forward and back again, what was used stays used. */
  private dropEnded(now: Moment): void {
    for (const [key, end] of this.ends) {
      if (now.monotonic < end.monotonic || now.wall < end.wall) return;
      this.ends.delete(key);
    }
  }
}
