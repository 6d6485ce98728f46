import { setTimeout as sleep } from 'node:timers/promises';
import type { SeenAnswer } from './dependent-app.js';

/** How long each client rests between two requests, in milliseconds. */
const REST = 20;
/** How many answers of each kind a phase has at least. */
const ENOUGH = 3;

type Sent = SeenAnswer & { readonly sentAt: number };

/** Answers by the kind of request. */
export type Answers<Kind extends string> = Readonly<Record<Kind, readonly SeenAnswer[]>>;

/** Requests of several kinds, sent all the time, each kind by a client of its own. */
export class Load<Kind extends string> {
  private readonly seen = new Map<Kind, Sent[]>();
  private readonly clients: readonly Promise<void>[];
  private isOver = false;

  constructor(kinds: Readonly<Record<Kind, () => Promise<SeenAnswer>>>) {
    this.clients = (Object.keys(kinds) as Kind[]).map((kind) => this.run(kind, kinds[kind]));
  }

  /** The answers to what was sent while something happened, and until there are enough of each kind. */
  async during(happening: () => Promise<unknown>): Promise<Answers<Kind>> {
    const begin = performance.now();
    await Promise.race([happening(), this.failure()]);
    const ofPhase = (kind: Kind) => (this.seen.get(kind) ?? []).filter(({ sentAt }) => sentAt >= begin);
    const kinds = [...this.seen.keys()];
    while (!kinds.every((kind) => ofPhase(kind).length >= ENOUGH)) await Promise.race([sleep(REST), this.failure()]);
    const answers = {} as Record<Kind, readonly SeenAnswer[]>;
    for (const kind of kinds) answers[kind] = ofPhase(kind);
    return answers;
  }

  /** Ends it, and gives the longest time in milliseconds that an answer took, by the kind of request. */
  async end(): Promise<Readonly<Record<Kind, number>>> {
    this.isOver = true;
    await Promise.all(this.clients);
    const longest = {} as Record<Kind, number>;
    for (const [kind, all] of this.seen) longest[kind] = Math.max(...all.map(({ took }) => took));
    return longest;
  }

  private async failure(): Promise<void> {
    await Promise.race(this.clients);
  }

  private async run(kind: Kind, ask: () => Promise<SeenAnswer>): Promise<void> {
    const seen: Sent[] = [];
    this.seen.set(kind, seen);
    while (!this.isOver) {
      const sentAt = performance.now();
      seen.push({ ...(await ask()), sentAt });
      await sleep(REST);
    }
  }
}

/** The statuses of answers, each once. */
export function statusesOf(answers: readonly SeenAnswer[]): number[] {
  return [...new Set(answers.map(({ status }) => status))].sort();
}
