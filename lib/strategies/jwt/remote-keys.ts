import type { Clock, Moment } from '../../clock.js';
import { AuthUnavailableError, textOf } from '../../errors.js';
import type { CacheConfig } from '../../memory/cache-config.js';
import type { DependencyHealth, Tally } from '../../outgoing/dependency-health.js';
import { DEFAULT_FRESHNESS, Freshness } from '../../outgoing/freshness.js';
import type { SignatureAlgorithm } from '../jws/algorithms.js';
import { ASYMMETRIC_ALGORITHMS } from '../jws/algorithms.js';
import { importKeys } from './jwks.js';
import { type KeyChoice, KeySet, type KeySource } from './key-set.js';
import { REFUSED } from './refusals.js';
import { SearchBudget } from './search-budget.js';
import type { VerificationKey } from './verification-key.js';

/** How long keys are fresh, in seconds. Without an end they would outlive their withdrawal: -1 means the default. */
export function freshnessOf({ defaultMaxAge = -1 }: CacheConfig = {}): number {
  return defaultMaxAge === -1 ? DEFAULT_FRESHNESS : defaultMaxAge;
}

/** Milliseconds for which a request waits for newer keys where it could be answered with old ones. */
const PATIENCE = 250;

/** What a {@link RemoteKeys} is made of. */
export interface RemoteKeysInit {
  /** Fetches the keys of the JWK set. Any error means that they cannot be fetched. */
  readonly fetch: () => Promise<readonly unknown[]>;
  /** The algorithms that the config allows: those that need a secret have no effect here; undefined for all others. */
  readonly algorithms: readonly SignatureAlgorithm[] | undefined;
  /** The values of `use` that mean signatures of these tokens. */
  readonly uses?: readonly string[];
  /** How long keys are fresh, in seconds. */
  readonly freshness: number;
  readonly clock: Clock;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
  /** Closes the connections. */
  readonly close: () => void | Promise<void>;
}

/** The keys of a published JWK set: fetched one flight at a time, refreshed in the background, good for a bounded time while the endpoint fails. */
export class RemoteKeys implements KeySource {
  private readonly allowed: ReadonlySet<string>;
  private keys: ReadonlyMap<string, VerificationKey> = new Map();
  private set = new KeySet([]);
  private skipped: readonly string[] = [];
  private readonly freshness: Freshness;
  private readonly budget: SearchBudget;
  private succeeded = 0;
  private failed = 0;
  private failure: unknown;
  private flight: Promise<void> | undefined;
  /** Ends with the flight, or before it when that takes too long. */
  private patience: Promise<void> | undefined;

  constructor(private readonly init: RemoteKeysInit) {
    const { algorithms = ASYMMETRIC_ALGORITHMS } = init;
    this.allowed = new Set(ASYMMETRIC_ALGORITHMS.filter((name) => algorithms.includes(name)));
    this.freshness = new Freshness(init.freshness, init.clock);
    this.budget = new SearchBudget(init.clock);
  }

  allows(alg: string): boolean {
    return this.allowed.has(alg);
  }

  find(alg: string, kid: string | undefined, now: Moment): KeyChoice | Promise<KeyChoice> {
    const { freshness } = this;
    if (!freshness.isCalmAt(now)) {
      if (freshness.isDue) void this.refresh();
      if (!freshness.isBelieved) return this.findFetched(alg, kid);
    }
    return this.set.choose(alg, kid) ?? this.seek(alg, kid);
  }

  doubt({ kid }: VerificationKey): void {
    if (this.flight === undefined && !this.freshness.isPausing && this.budget.spend(kid)) void this.refresh();
  }

  /**
   * Fetches the keys, or waits for the fetch that is under way. It never rejects.
   *
   * @returns why the keys could not be fetched; undefined if they could.
   */
  async refresh(): Promise<unknown> {
    if (this.flight === undefined) this.depart();
    await this.flight;
    return this.failure;
  }

  get fetches(): Tally {
    return { succeeded: this.succeeded, failed: this.failed };
  }

  /** Fetches the keys if that is due: while an instance without keys receives no requests, no request would fetch them. */
  async health(): Promise<DependencyHealth> {
    if (this.freshness.isDue) void this.refresh();
    // Only for the first keys: while there are good ones, a slow endpoint is no reason to be slow.
    if (!this.freshness.isGood) await this.flight;
    const { isGood, isFailing } = this.freshness;
    if (isGood && !isFailing) return this.describe('up', 'fresh');
    return isGood ? this.describe('degraded', 'stale') : this.describe('down', 'none');
  }

  close(): void | Promise<void> {
    // A fetch that is under way fails now, and the failure is not reported.
    this.freshness.end();
    return this.init.close();
  }

  private depart(): void {
    const flight = this.load().finally(() => {
      this.flight = undefined;
      this.patience = undefined;
    });
    this.flight = flight;
    this.patience = this.freshness.isGood ? withPatience(flight) : flight;
  }

  /** The keys are old, or there were never any: newer ones are waited for, and while old ones are still good not for long. */
  private async findFetched(alg: string, kid: string | undefined): Promise<KeyChoice> {
    await this.patience;
    if (!this.freshness.isGood) await this.flight;
    if (!this.freshness.isGood) throw this.unavailable();
    return this.set.choose(alg, kid) ?? (this.flight === undefined ? this.notFound() : this.seek(alg, kid));
  }

  /** No key fits: the issuer may have a new one. Requests that arrive during the fetch wait for it, too. */
  private seek(alg: string, kid: string | undefined): KeyChoice | Promise<KeyChoice> {
    if (this.flight === undefined && (this.freshness.isPausing || !this.budget.spend(kid))) return this.notFound();
    return this.refresh().then(() => this.set.choose(alg, kid) ?? this.notFound());
  }

  /** The key is unknown only if the endpoint could be asked; otherwise it may well exist. */
  private notFound(): KeyChoice {
    if (this.freshness.isFailing) throw this.unavailable();
    return REFUSED.unknownKey;
  }

  private unavailable(): AuthUnavailableError {
    const { isEnded, retryAfter } = this.freshness;
    return new AuthUnavailableError('The keys that verify tokens cannot be obtained.', {
      cause: this.failure,
      ...(!isEnded && { retryAfter }),
    });
  }

  private describe(status: DependencyHealth['status'], keys: string): DependencyHealth {
    return { dependency: 'jwks', status, details: { keys, usable: this.keys.size } };
  }

  private async load(): Promise<void> {
    try {
      this.replace(await this.init.fetch());
    } catch (error) {
      this.pause(error);
    }
  }

  private replace(jwks: readonly unknown[]): void {
    const { keys, skipped } = importKeys(jwks, this.init, this.keys);
    if (keys.size === 0) throw new AuthUnavailableError(describeUseless(skipped));
    this.succeeded++;
    this.keys = keys;
    this.set = new KeySet([...keys.values()]);
    this.report(skipped);
    this.failure = undefined;
    if (this.freshness.isFailing) this.init.warn('The key set can be fetched again.');
    this.freshness.renewed();
  }

  private pause(error: unknown): void {
    if (this.freshness.isEnded) return;
    this.failure = error;
    this.failed++;
    if (this.freshness.failed()) this.init.warn(`The key set cannot be fetched: ${textOf(error)}. It will be tried again.`);
  }

  /** Reports the keys that are not used: once for as long as they stay in the set. */
  private report(skipped: readonly string[]): void {
    const news = skipped.filter((each) => !this.skipped.includes(each));
    this.skipped = skipped;
    if (news.length > 0) this.init.warn(`Keys of the key set that are not used: ${news.join('; ')}.`);
  }
}

/** Ends with `flight`, which never rejects, or when a request has waited long enough for it. */
function withPatience(flight: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE);
    void flight.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** The last good set stays: an issuer that is half configured, or a proxy that answers for it, must not make the application refuse all callers. */
function describeUseless(skipped: readonly string[]): string {
  return `the answer has no key that can verify tokens${skipped.map((each) => `; ${each}`).join('')}`;
}
