/** Reports a problem once per outage, not for every request that meets it. */
export class OncePerOutage {
  private readonly reported = new Set<string>();

  constructor(private readonly warn: (message: string) => void) {}

  /** Writes `message` unless it was written already in this outage. */
  report(message: string): void {
    if (this.reported.has(message)) return;
    this.reported.add(message);
    this.warn(message);
  }

  /** Ends the outage: the endpoint gave a usable answer. */
  over(): void {
    this.reported.clear();
  }
}
