/**
 * What several instances of an application remember together: a small store of keys that all end. `redisState()` of
 * `nest-service-auth/redis` makes one; an object with these four methods is another. Every method is atomic for its key.
 *
 * A method that rejects means that the store is unavailable. Nothing waits for one longer than the `timeout` of {@link SharedStateConfig}.
 */
export interface SharedState {
  /**
   * Adds a key if it is not there.
   *
   * @param ttl - seconds after which the key ends.
   * @returns whether it was added: of any number of calls at the same time, one gets `true`.
   */
  add(key: string, ttl: number): Promise<boolean>;
  /** The value of a key, or the decimal text of a counter; `undefined` or `null` if there is none. */
  get(key: string): Promise<string | null | undefined>;
  /**
   * Writes a value, in place of the one that is there.
   *
   * @param ttl - seconds after which the key ends.
   */
  set(key: string, value: string, ttl: number): Promise<unknown>;
  /**
   * Adds one to a counter, which begins at 0.
   *
   * @param ttl - seconds after which the counter ends, from its first increment on: later increments do not prolong it.
   * @returns the new count.
   */
  increment(key: string, ttl: number): Promise<number>;
}

/** What is done while the shared state is unavailable: the request is refused with 503, or this process decides by what it knows itself. */
export type WithoutSharedState = 'refuse' | 'local';

/** The shared state, with how long is waited for it and what is done without it. */
export interface SharedStateConfig {
  /** The store. */
  readonly store: SharedState;
  /**
   * Seconds that one question to the store may take, and all the questions of a login or of a DPoP proof together.
   * @defaultValue 0.25
   */
  readonly timeout?: number;
  /** What is done while the store is unavailable. What is left out is refused with 503. */
  readonly onUnavailable?: Partial<DecisionsWithoutState>;
}

/** What is done without the shared state, by what it is needed for. */
export interface DecisionsWithoutState {
  /**
   * `'local'`: failed logins are limited by the counts of this process.
   * @defaultValue 'refuse'
   */
  readonly logins: WithoutSharedState;
  /**
   * `'local'`: a DPoP proof is accepted once by each process.
   * @defaultValue 'refuse'
   */
  readonly dpop: WithoutSharedState;
}

/** A shared state that answers in time, or says that it is unavailable. */
export interface PromptState extends SharedState {
  /**
   * Counts one more under a key.
   *
   * @param onLate - called where the store has counted after all, when the call has already failed as unavailable.
   */
  increment(key: string, ttl: number, onLate?: () => void): Promise<number>;
}

/** How long one decision still waits for the shared state, with all its questions together. */
export interface Waiting {
  /** Waits for an answer. @throws AuthUnavailableError if it does not come in the time that is left. */
  wait<T>(question: () => Promise<T>): Promise<T>;
}

/** The shared state as strategies have it: nothing waits longer for it than its time-out. */
export interface SharedStateAccess {
  /** The store; what it cannot answer in time is an `AuthUnavailableError`. */
  readonly state: PromptState;
  /** Seconds that one question may take, and a decision with several questions as well. */
  readonly timeout: number;
  /** What is done while it is unavailable. */
  readonly onUnavailable: DecisionsWithoutState;
}
