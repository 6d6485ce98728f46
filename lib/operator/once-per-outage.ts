/** Tells the operator about a problem once, not for every request that meets it; again only after things went well in between. */
export class OncePerOutage {
  private readonly told = new Set<string>();

  constructor(private readonly warn: (message: string) => void) {}

  /** Writes `message` unless it was written already in this outage. */
  report(message: string): void {
    if (this.told.has(message)) return;
    this.told.add(message);
    this.warn(message);
  }

  /** Says that the endpoint gave a proper answer: the outage, if there was one, is over. */
  over(): void {
    this.told.clear();
  }
}
