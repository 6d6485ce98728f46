import type { Clock } from '../../lib/clock.js';

/** The clocks of a machine as a test sets them. */
export class FakeClock implements Clock {
  private uptime = 50_000;

  /** @param time - the wall clock, in milliseconds since the epoch. */
  constructor(private time = 1_800_000_000_000) {}

  readonly wall = () => this.time;
  readonly monotonic = () => this.uptime;

  /** Milliseconds since the epoch. Setting it lets time pass, on both clocks. */
  get now(): number {
    return this.time;
  }

  set now(time: number) {
    this.uptime += time - this.time;
    this.time = time;
  }

  /** Lets seconds pass, on both clocks. */
  passes(seconds: number): void {
    this.now += seconds * 1000;
  }

  /** Sets the wall clock by so many seconds; below 0 for back. A machine that wakes up after having been suspended looks the same. */
  setBy(seconds: number): void {
    this.time += seconds * 1000;
  }
}
