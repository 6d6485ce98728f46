import { jest } from '@jest/globals';
import type { SharedState } from 'nest-service-auth';
import { createPrincipal } from '../../../lib/principal.js';
import type { RevocationConfig } from '../../../lib/revocation/revocation.js';
import { Revocations } from '../../../lib/revocation/revocations.js';
import { BoundedState } from '../../../lib/shared-state/bounded-state.js';
import { LocalState } from '../../support/local-state.js';

/** The second at which each test begins. */
export const START = 1_800_000_000;
/** Seconds that are waited for a store. */
export const TIMEOUT = 0.25;

/** Lets time pass. */
export const passes = (seconds: number) => jest.advanceTimersByTimeAsync(seconds * 1000);

/** The caller with a token of these claims. */
export const holder = (claims: Record<string, unknown>) => createPrincipal({ scheme: 'sts', method: 'jwt', username: 'anne', claims });

const running: Revocations[] = [];

/** Stops the time, and all instances at the end of each test. */
export function stopTheTime(): void {
  beforeEach(() => void jest.useFakeTimers({ now: START * 1000, doNotFake: ['nextTick', 'setImmediate'] }));
  afterEach(() => {
    for (const each of running.splice(0)) each.onApplicationShutdown();
    jest.useRealTimers();
  });
}

/** An instance of an application that has started. */
export async function instance(store?: SharedState, config: RevocationConfig | null = { onUnavailable: 'refuse' }) {
  const lines: string[] = [];
  const warn = (line: string) => lines.push(line);
  const access = store && { state: new BoundedState(store, { timeout: TIMEOUT, warn }), timeout: TIMEOUT };
  const revocations = new Revocations({ config: config ?? undefined, access, warn });
  running.push(revocations);
  await revocations.onModuleInit();
  return Object.assign(revocations, { lines });
}

/** A store that counts what is asked of it, and that can be slow, hang, or be down. */
export class Store extends LocalState {
  /** Seconds that an answer takes; `Infinity` for a store that hangs. */
  delay = 0;
  isDown = false;
  reads = 0;
  writes = 0;
  /** How many reads were under way at the same time at most. */
  readsAtOnce = 0;
  private reading = 0;

  override async get(key: string) {
    this.reads++;
    this.readsAtOnce = Math.max(this.readsAtOnce, ++this.reading);
    try {
      await this.answers();
      return await super.get(key);
    } finally {
      this.reading--;
    }
  }

  override async set(key: string, value: string, ttl: number) {
    this.writes++;
    await this.answers();
    await super.set(key, value, ttl);
  }

  override async increment(key: string, ttl: number) {
    await this.answers();
    return super.increment(key, ttl);
  }

  /** How many reads one look at the store takes, of all instances together. */
  async readsOf(task: () => Promise<unknown>): Promise<number> {
    const before = this.reads;
    await task();
    return this.reads - before;
  }

  private async answers(): Promise<void> {
    if (this.isDown) throw new Error('down');
    if (this.delay === Number.POSITIVE_INFINITY) await new Promise(() => undefined);
    if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay * 1000));
  }
}
