import { Injectable } from '@nestjs/common';

/** The decisions that are still waited for: an application that closes waits for its requests, and must not wait for a key server with them. */
@Injectable()
export class PendingDecisions {
  private readonly pending = new Set<() => void>();
  private isCut = false;

  /** Waits for a decision, or for the end of waiting: then `otherwise` is the answer. */
  wait<T>(decision: PromiseLike<T>, otherwise: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = () => resolve(otherwise());
      if (this.isCut) return giveUp();
      this.pending.add(giveUp);
      const settle = <V>(done: (value: V) => void) => {
        return (value: V) => {
          this.pending.delete(giveUp);
          done(value);
        };
      };
      decision.then(settle(resolve), settle(reject));
    });
  }

  /** Ends the waiting, of those who come later too. */
  cut(): void {
    this.isCut = true;
    for (const giveUp of this.pending) giveUp();
    this.pending.clear();
  }
}
