import { type Clock, SYSTEM_CLOCK } from '../clock.js';
import { AuthUnavailableError, isA, textOf } from '../errors.js';
import type { PromptState, SharedState } from '../memory/shared-state.js';
import type { Warn } from '../operator/notes.js';
import { type BreakerState, type DependencyHealth, healthOf, type Tally } from '../outgoing/dependency-health.js';
import { Patience } from '../outgoing/patience.js';
import { WatchedCalls } from '../outgoing/watched-calls.js';

/** The name of the shared state in metrics and health. */
export const SHARED_STATE = 'shared_state';

/** How long is waited for a store, and where its outages are reported. */
export interface BoundedStateOptions {
  /** Seconds that one question may take. */
  readonly timeout: number;
  /** Writes one line for the operator. */
  readonly warn: Warn;
  /**
   * The clocks.
   * @defaultValue those of this machine
   */
  readonly clock?: Clock;
}

/** After so many failures in a row the store is left alone. */
const FAILURES = 3;
/** Seconds for which it is left alone before the next question. */
const PAUSE = 1;

/**
 * A store of the application's own, for which nothing waits longer than a moment: an error, a wrong answer and a late one become an
 * {@link AuthUnavailableError}. A store that fails several times in a row is not asked for a second, so that its outage does not cost
 * every request the time-out; then one question at a time is asked until it answers.
 */
export class BoundedState implements PromptState {
  private readonly calls: WatchedCalls;
  private readonly timeout: number;

  constructor(
    private readonly store: SharedState,
    { timeout, warn, clock = SYSTEM_CLOCK }: BoundedStateOptions,
  ) {
    this.timeout = timeout;
    this.calls = new WatchedCalls({
      name: 'The shared state',
      counts: () => true,
      describe: (error) => `The shared state is unavailable: ${textOf(causeOf(error))} It is asked again every ${PAUSE} s.`,
      failures: FAILURES,
      openFor: PAUSE,
      clock,
      warn,
    });
  }

  /** How often the store answered and how often it did not, and whether it is asked at present. */
  get stats(): Tally & { readonly name: string; readonly breaker: BreakerState } {
    const { tally, state } = this.calls.breaker;
    return { name: SHARED_STATE, ...tally, breaker: state };
  }

  add(key: string, ttl: number): Promise<boolean> {
    return this.ask(() => this.store.add(key, ttl), isBoolean);
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.ask(() => this.store.get(key), isText)) ?? undefined;
  }

  async set(key: string, value: string, ttl: number): Promise<void> {
    await this.ask(() => this.store.set(key, value, ttl), isAnything);
  }

  increment(key: string, ttl: number, onLate?: () => void): Promise<number> {
    return this.ask(() => this.store.increment(key, ttl), isCount, onLate);
  }

  /** Asks the store if requests have not met it lately, so that one that is back is found. */
  async health(): Promise<DependencyHealth> {
    await this.get('health').catch(() => undefined);
    return healthOf(SHARED_STATE, this.calls.breaker.state);
  }

  private async ask<T>(question: () => Promise<T>, isGood: (answer: T) => boolean, onLate?: () => void): Promise<T> {
    try {
      return await this.calls.run(() => this.inTime(question, isGood, onLate));
    } catch (error) {
      throw isA(error, AuthUnavailableError) ? error : new AuthUnavailableError('The shared state did not answer.', { cause: error });
    }
  }

  private async inTime<T>(question: () => Promise<T>, isGood: (answer: T) => boolean, onLate?: () => void): Promise<T> {
    // A client may keep a question for as long as the connection is away, and ask it then.
    const answer = await new Patience(this.timeout).wait(question, onLate);
    if (!isGood(answer)) throw new AuthUnavailableError('The shared state gave an answer of a wrong type.');
    return answer;
  }
}

function causeOf(error: unknown): unknown {
  return isA(error, AuthUnavailableError) ? (error.cause ?? error) : error;
}

function isBoolean(answer: unknown): boolean {
  return typeof answer === 'boolean';
}

function isText(answer: unknown): boolean {
  return typeof answer === 'string' || answer === null || answer === undefined;
}

function isCount(answer: unknown): boolean {
  return Number.isSafeInteger(answer) && Number(answer) > 0;
}

function isAnything(): boolean {
  return true;
}
