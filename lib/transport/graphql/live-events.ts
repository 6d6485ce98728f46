/** The events of a subscription, until the client, the application or the credentials end it. */
export class LiveEvents implements AsyncIterableIterator<unknown> {
  private isOver = false;
  private failure: Error | undefined;
  /** The consumers that wait for an event: all of them are notified when it ends. */
  private readonly waiting = new Set<Waiting>();

  /**
   * @param onEvent - called before an event reaches the fields.
   * @param onOver - called once, when there will be no further event.
   */
  constructor(
    private readonly events: AsyncIterator<unknown>,
    private readonly onEvent: () => void,
    private readonly onOver: () => void,
  ) {}

  /** Ends it with an error: the consumer that waits gets it, else the next one. */
  end(error: Error): void {
    if (this.isOver) return;
    if (this.waiting.size === 0) this.failure = error;
    this.finish(({ reject }) => reject(error));
    this.stopEvents().catch(() => undefined);
  }

  next(): Promise<IteratorResult<unknown>> {
    const { failure } = this;
    if (failure !== undefined) {
      this.failure = undefined;
      return Promise.reject(failure);
    }
    return this.isOver ? Promise.resolve(DONE) : this.wait();
  }

  async return(): Promise<IteratorResult<unknown>> {
    this.finish();
    await this.stopEvents();
    return DONE;
  }

  async throw(error: unknown): Promise<IteratorResult<unknown>> {
    this.finish();
    await this.stopEvents();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Not a race with a promise of the end: every event would leave a reaction on that until the end. */
  private wait(): Promise<IteratorResult<unknown>> {
    return new Promise((resolve, reject) => {
      const consumer = { resolve, reject };
      this.waiting.add(consumer);
      this.events.next().then(
        (result) => {
          // The end has been reported to the consumer: this event came too late.
          if (!this.waiting.delete(consumer)) return;
          if (result.done) this.finish();
          else this.onEvent();
          resolve(result);
        },
        (error) => {
          this.waiting.delete(consumer);
          this.finish();
          reject(error);
        },
      );
    });
  }

  private finish(tell: (consumer: Waiting) => void = ({ resolve }) => resolve(DONE)): void {
    for (const consumer of this.waiting) tell(consumer);
    this.waiting.clear();
    if (this.isOver) return;
    this.isOver = true;
    this.onOver();
  }

  private async stopEvents(): Promise<void> {
    await this.events.return?.();
  }
}

/** A consumer that waits for an event. */
interface Waiting {
  resolve(result: IteratorResult<unknown>): void;
  reject(error: unknown): void;
}

const DONE: IteratorResult<unknown> = Object.freeze({ done: true, value: undefined });

/** The iterator of what a subscription's resolver returned; undefined for what is not a source of events: GraphQL reports that. */
export function iteratorOf(value: unknown): AsyncIterator<unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const iterate: unknown = Reflect.get(value, Symbol.asyncIterator);
  return typeof iterate === 'function' ? iterate.call(value) : undefined;
}
