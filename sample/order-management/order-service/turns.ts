/** Lets one action per key run at a time, in the order in which they came; actions of different keys run together. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Runs an action when its turn has come, and gives what it gives. */
  async take<T>(key: string, action: () => Promise<T>): Promise<T> {
    const turn = this.after(key).then(action);
    // Whether it failed is its own caller's business, not that of the next in line.
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
