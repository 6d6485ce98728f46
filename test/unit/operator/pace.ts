import type { OperatorLog } from '../../../lib/operator/operator-log.js';
import type { Pace } from '../../../lib/operator/pace.js';

/** Time that passes when the test says so. */
export class TestPace implements Pace {
  /** How many times something began to wait for the next second. */
  waits = 0;
  private seconds = 100;
  private pending: (() => void) | undefined;

  now(): number {
    return this.seconds;
  }

  inASecond(act: () => void): { readonly cancel: () => void } {
    this.waits++;
    this.pending = act;
    return { cancel: () => this.drop() };
  }

  /** Whether something waits for the next second. */
  get isWaiting(): boolean {
    return this.pending !== undefined;
  }

  pass(seconds = 1): void {
    for (let second = 0; second < seconds; second++) {
      this.seconds++;
      const act = this.pending;
      this.drop();
      act?.();
    }
  }

  private drop(): void {
    this.pending = undefined;
  }
}

/** A log that keeps its lines, with their level in front. */
export function keepLines(): { readonly lines: string[]; readonly log: OperatorLog } {
  const lines: string[] = [];
  const log = { warn: (line: string) => void lines.push(`warn ${line}`), error: (line: string) => void lines.push(`error ${line}`) };
  return { lines, log: log as OperatorLog };
}
