/** Reports an outage at its beginning, once for each problem, and at its end: not for every request that meets it. */
export class OncePerOutage {
  private readonly reported = new Set<string>();

  /** @param end - what is written at the end. */
  constructor(
    private readonly warn: (message: string) => void,
    private readonly end: string,
  ) {}

  /** Writes `message` unless it was written already in this outage. */
  report(message: string): void {
    if (this.reported.has(message)) return;
    this.reported.add(message);
    this.warn(message);
  }

  /** Ends the outage: the endpoint gave a usable answer. */
  over(): void {
    if (this.reported.size === 0) return;
    this.reported.clear();
    this.warn(this.end);
  }
}
