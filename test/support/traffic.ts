import { setTimeout as sleep } from 'node:timers/promises';

/** What a request was answered. */
export interface TrafficAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
}

/** How many clients there are, and how long each of them rests between two requests, in milliseconds. */
const CLIENTS = 3;
const REST = 10;

/** Sends requests from several clients at once, one after the other, until it ends. */
export class Traffic {
  private readonly answers: (TrafficAnswer & { readonly sentAt: number })[] = [];
  private readonly clients: readonly Promise<void>[];
  private isOver = false;

  /** @param authorization - the `Authorization` header that the next request carries. */
  constructor(
    private readonly url: string,
    private readonly authorization: () => string,
  ) {
    this.clients = Array.from({ length: CLIENTS }, () => this.run());
  }

  /** The answers to the next requests, once there are so many: requests that are sent from now on. */
  async next(count: number): Promise<readonly TrafficAnswer[]> {
    const since = performance.now();
    const fresh = () => this.answers.filter(({ sentAt }) => sentAt >= since);
    while (fresh().length < count) await Promise.race([sleep(REST), this.failure()]);
    return fresh();
  }

  /** Waits until a request has this status; for so many milliseconds at most. */
  async until(status: number, patience: number): Promise<void> {
    const deadline = Date.now() + patience;
    while (!(await this.next(1)).some((answer) => answer.status === status))
      if (Date.now() > deadline) throw new Error(`No request was answered ${status} any more.`);
  }

  /** Ends it, and gives everything that was answered. */
  async end(): Promise<readonly TrafficAnswer[]> {
    this.isOver = true;
    await Promise.all(this.clients);
    return this.answers;
  }

  /** Rejects when a client fails; clients do not end before the traffic does. */
  private async failure(): Promise<void> {
    await Promise.race(this.clients);
  }

  private async run(): Promise<void> {
    while (!this.isOver) {
      const sentAt = performance.now();
      const response = await fetch(this.url, { headers: { authorization: this.authorization() } });
      await response.text();
      this.answers.push({ sentAt, status: response.status, retryAfter: response.headers.get('retry-after') });
      await sleep(REST);
    }
  }
}
