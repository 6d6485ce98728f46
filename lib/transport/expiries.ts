import type { OnApplicationShutdown } from '@nestjs/common';
import { type Clock, earlier, isOverAt, type Moment, momentAt, present, SYSTEM_CLOCK } from '../clock.js';
import { textOf } from '../errors.js';
import { MODULE_LOG } from '../operator/operator-log.js';

/** Milliseconds between two looks at the clocks. */
const PACE = 1000;

/** What ends in one second. */
interface Ending {
  end: Moment;
  readonly ends: Set<() => void>;
}

/**
 * Ends connections, streams and subscriptions when their credentials expire: one timer for all of them, which runs only while something
 * is waiting. It ends them at most a second late.
 */
export class Expiries implements OnApplicationShutdown {
  /** By the second on the wall clock, rounded up. */
  private readonly waiting = new Map<number, Ending>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly clock: Clock = SYSTEM_CLOCK) {}

  /**
   * Calls `end` once, when a moment has come; within a second where it is over already.
   *
   * @param seconds - the moment, in seconds since the epoch: what `expiryOf()` returns. Undefined: there is no end.
   * @returns what cancels it. Call it when the connection, the stream or the subscription has ended by itself.
   */
  at(seconds: number | undefined, end: () => void): () => void {
    if (seconds === undefined || !Number.isFinite(seconds)) return () => undefined;
    // A function of its own: the same one may be given several times.
    const once = () => end();
    const second = Math.ceil(seconds);
    this.endingAt(second).ends.add(once);
    this.timer ??= setInterval(() => this.look(), PACE).unref();
    return () => this.cancel(second, once);
  }

  /** Forgets everything that is waiting: the server closes its connections itself. */
  onApplicationShutdown(): void {
    this.waiting.clear();
    this.rest();
  }

  private endingAt(second: number): Ending {
    const end = momentAt(second * 1000, present(this.clock));
    const known = this.waiting.get(second);
    if (known === undefined) {
      const ending = { end, ends: new Set<() => void>() };
      this.waiting.set(second, ending);
      return ending;
    }
    // The wall clock may have been set since the other one was added: what ends early is safe.
    known.end = earlier(end, known.end);
    return known;
  }

  private look(): void {
    const now = present(this.clock);
    for (const [second, { end, ends }] of this.waiting) {
      if (!isOverAt(end, now)) continue;
      this.waiting.delete(second);
      for (const each of ends) this.run(each);
    }
    this.rest();
  }

  /** One that cannot be ended must not keep the others open. */
  private run(end: () => void): void {
    try {
      end();
    } catch (error) {
      MODULE_LOG.error(`A connection whose credentials have expired could not be ended: ${textOf(error)}`);
    }
  }

  private cancel(second: number, once: () => void): void {
    const ending = this.waiting.get(second);
    if (ending?.ends.delete(once) && ending.ends.size === 0) this.waiting.delete(second);
    this.rest();
  }

  private rest(): void {
    if (this.waiting.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
