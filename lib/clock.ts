/**
 * The two clocks of a machine. Times that other parties have written (`exp`, `nbf`, `iat`, certificates) are compared with the wall
 * clock. Intervals are measured on the monotonic clock as well, because the wall clock can be set back.
 */
export interface Clock {
  /** Milliseconds since the epoch; it may be set forward and back. */
  wall(): number;
  /** Milliseconds since some moment in the past; it never goes back, and it may stand still while the machine is suspended. */
  monotonic(): number;
}

/** The clocks of this machine. */
export const SYSTEM_CLOCK: Clock = { wall: () => Date.now(), monotonic: () => performance.now() };

/** One moment on both clocks. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/** The end of what has no end. */
export const NEVER: Moment = { wall: Number.POSITIVE_INFINITY, monotonic: Number.POSITIVE_INFINITY };
/** The end of what has never begun. */
export const LONG_AGO: Moment = { wall: Number.NEGATIVE_INFINITY, monotonic: Number.NEGATIVE_INFINITY };

/** The present moment. */
export function present(clock: Clock): Moment {
  return { wall: clock.wall(), monotonic: clock.monotonic() };
}

/**
 * The present moment, in one object that is used again: a request reads each clock once, and allocates nothing. It is good until the next wait;
 * after one, take it again.
 */
export class Reading implements Moment {
  wall = 0;
  monotonic = 0;

  constructor(private readonly clock: Clock) {}

  /** Reads the clocks. */
  take(): Moment {
    this.monotonic = this.clock.monotonic();
    this.wall = this.clock.wall();
    return this;
  }
}

/** The moment that is `milliseconds` after another one. */
export function later({ wall, monotonic }: Moment, milliseconds: number): Moment {
  return { wall: wall + milliseconds, monotonic: monotonic + milliseconds };
}

/** The moment that the wall clock calls `wall` (milliseconds since the epoch), as it goes at the moment `now`. */
export function momentAt(wall: number, now: Moment): Moment {
  return later(now, wall - now.wall);
}

/** The earlier of two moments, on each clock. */
export function earlier(one: Moment, other: Moment): Moment {
  return { wall: Math.min(one.wall, other.wall), monotonic: Math.min(one.monotonic, other.monotonic) };
}

/** Whether `end` has come on either clock: one that was set back, or that stood still, prolongs nothing. */
export function isOver(end: Moment, clock: Clock): boolean {
  return clock.monotonic() >= end.monotonic || clock.wall() >= end.wall;
}

/** As {@link isOver}, at a moment that was read already. */
export function isOverAt(end: Moment, now: Moment): boolean {
  return now.monotonic >= end.monotonic || now.wall >= end.wall;
}

/** Milliseconds until `end` on the clock on which it comes first; 0 or less when it is over. */
export function remaining(end: Moment, clock: Clock): number {
  return Math.min(end.monotonic - clock.monotonic(), end.wall - clock.wall());
}
