/** Runs one action per key at a time, in the order of the calls. Actions of different keys run concurrently. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Runs an action when the earlier ones of its key are done, and returns its result. */
  async take<T>(key: string, action: () => Promise<T>): Promise<T> {
    const turn = this.after(key).then(action);
    // A failure is reported to the caller of that action, not to the next one.
    const over = turn.then(ignore, ignore);
    this.last.set(key, over);
    try {
      return await turn;
    } finally {
      if (this.last.get(key) === over) this.last.delete(key);
    }
  }

  private after(key: string): Promise<unknown> {
    return this.last.get(key) ?? Promise.resolve();
  }
}

function ignore(): void {}
