/** Lets calls with the same key share one piece of work while it is under way. Outcomes are not kept. */
export class SingleFlight<T> {
  private readonly underWay = new Map<string, Promise<T>>();

  /** The outcome of the work under way for `key`, which `start` begins when there is none. */
  run(key: string, start: () => Promise<T>): Promise<T> {
    const known = this.underWay.get(key);
    if (known !== undefined) return known;
    const flight = start();
    this.underWay.set(key, flight);
    const over = () => {
      this.underWay.delete(key);
    };
    // Not `finally()`, which would make three more promises for everybody to wait for.
    flight.then(over, over);
    return flight;
  }
}
