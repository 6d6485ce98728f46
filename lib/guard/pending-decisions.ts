import { Injectable } from '@nestjs/common';

/** The decisions that have not been made yet: an application that closes waits for its requests, and must not wait for a key server. */
@Injectable()
export class PendingDecisions {
  private readonly pending = new Set<() => void>();
  private isCut = false;

  /** Waits for a decision, or until {@link cut} is called: then `otherwise` is the result. */
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

  /** Ends all waiting, now and later. */
  cut(): void {
    this.isCut = true;
    for (const giveUp of this.pending) giveUp();
    this.pending.clear();
  }
}
