import { AuthUnavailableError } from '../../errors.js';
import type { DependencyHealth, Tally } from '../strategy.js';
import type { SignatureAlgorithm } from './algorithms.js';
import { ASYMMETRIC_ALGORITHMS } from './algorithms.js';
import { importKeys } from './jwks.js';
import { type KeyChoice, KeySet, type KeySource } from './key-set.js';
import { REFUSED } from './refusals.js';
import type { VerificationKey } from './verification-key.js';

/** How long keys are fresh unless the config says otherwise, in seconds. */
export const DEFAULT_FRESHNESS = 600;

const SECOND = 1000;
/** How long keys that are no longer fresh stay good while the endpoint fails: one hour. */
const STALE_IF_ERROR = 3600 * SECOND;
/** How long keys that are no longer fresh serve while newer ones are on the way: a set that nobody used for longer is fetched first. */
const STALE_WHILE_REFRESHING = 60 * SECOND;
/** How seldom tokens with an unknown `kid` may have the keys fetched anew. */
const UNKNOWN_KEY_COOLDOWN = 30 * SECOND;
/** After a failure the endpoint is left alone for a second, then twice as long each time, up to this. */
const MAX_FAILURE_COOLDOWN = 30 * SECOND;

/** What a {@link RemoteKeys} is made of. */
export interface RemoteKeysInit {
  /** Fetches the keys of the JWK set. Whatever it throws means that they could not be had. */
  readonly fetch: () => Promise<readonly unknown[]>;
  /** The algorithms that the config allows; undefined for all that need no secret. */
  readonly algorithms: readonly SignatureAlgorithm[] | undefined;
  /** How long keys are fresh, in seconds. */
  readonly freshness: number;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
  /** Closes the connections. */
  readonly close: () => void | Promise<void>;
}

/**
 * The keys of a JWK set that somebody else publishes: fetched one flight at a time, refreshed in the background,
 * good for a bounded time when the endpoint fails.
 */
export class RemoteKeys implements KeySource {
  private readonly allowed: ReadonlySet<string>;
  private keys: ReadonlyMap<string, VerificationKey> = new Map();
  private set = new KeySet([]);
  private skipped: readonly string[] = [];
  /** When the next fetch is due: the end of freshness, or of the pause after a failure. */
  private dueAt = 0;
  /** Until when the keys are good at the utmost. */
  private goodUntil = 0;
  /** Until when the keys serve without being asked for; kept as a number because every request looks at it. */
  private believedUntil = 0;
  private soughtAt = Number.NEGATIVE_INFINITY;
  private failures = 0;
  private succeeded = 0;
  private failed = 0;
  private failure: unknown;
  private flight: Promise<void> | undefined;

  constructor(private readonly init: RemoteKeysInit) {
    this.allowed = new Set(init.algorithms ?? ASYMMETRIC_ALGORITHMS);
  }

  allows(alg: string): boolean {
    return this.allowed.has(alg);
  }

  find(alg: string, kid: string | undefined, now: number): KeyChoice | Promise<KeyChoice> {
    if (now >= this.dueAt) void this.refresh();
    if (now >= this.believedUntil) return this.findFetched(alg, kid);
    return this.set.choose(alg, kid) ?? this.seek(alg, kid, now);
  }

  /**
   * Fetches the keys, or waits for the fetch that is under way. It never rejects.
   *
   * @returns why the keys could not be had; undefined if they could.
   */
  async refresh(): Promise<unknown> {
    this.flight ??= this.load().finally(() => {
      this.flight = undefined;
    });
    await this.flight;
    return this.failure;
  }

  get fetches(): Tally {
    return { succeeded: this.succeeded, failed: this.failed };
  }

  /** Has what is due fetched: were requests kept away for as long as there are no keys, nobody else would. */
  async health(): Promise<DependencyHealth> {
    if (Date.now() >= this.dueAt) void this.refresh();
    // Only for the first keys: while there are good ones, a slow endpoint is no reason to be slow.
    if (Date.now() >= this.goodUntil) await this.flight;
    const isGood = Date.now() < this.goodUntil;
    if (isGood && this.failures === 0) return this.describe('up', 'fresh');
    return isGood ? this.describe('degraded', 'stale') : this.describe('down', 'none');
  }

  close(): void | Promise<void> {
    // What is under way fails now, and that is nobody's concern any more.
    this.dueAt = Number.POSITIVE_INFINITY;
    return this.init.close();
  }

  /** The keys are too old, or there were never any: nothing can be said before they have been fetched. */
  private async findFetched(alg: string, kid: string | undefined): Promise<KeyChoice> {
    if (this.flight !== undefined) await this.flight;
    if (Date.now() >= this.goodUntil) throw this.unavailable();
    return this.set.choose(alg, kid) ?? this.notFound();
  }

  /** No key fits: the issuer may have got a new one. Whoever comes while the keys are on the way waits for them, too. */
  private seek(alg: string, kid: string | undefined, now: number): KeyChoice | Promise<KeyChoice> {
    if (this.flight === undefined) {
      const isPausing = this.failures > 0 && now < this.dueAt;
      if (isPausing || now < this.soughtAt + UNKNOWN_KEY_COOLDOWN) return this.notFound();
      this.soughtAt = now;
    }
    return this.refresh().then(() => this.set.choose(alg, kid) ?? this.notFound());
  }

  /** The key is unknown only if the endpoint could be asked; otherwise it may well exist. */
  private notFound(): KeyChoice {
    if (this.failures > 0) throw this.unavailable();
    return REFUSED.unknownKey;
  }

  private unavailable(): AuthUnavailableError {
    const retryAfter = Math.max(1, Math.ceil((this.dueAt - Date.now()) / SECOND));
    return new AuthUnavailableError('The keys that verify tokens cannot be had.', {
      cause: this.failure,
      ...(Number.isFinite(retryAfter) && { retryAfter }),
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
    const { keys, skipped } = importKeys(jwks, this.init.algorithms, this.keys);
    this.succeeded++;
    this.keys = keys;
    this.set = new KeySet([...keys.values()]);
    this.report(skipped);
    this.failures = 0;
    this.failure = undefined;
    this.schedule(this.init.freshness * SECOND, true);
  }

  private pause(error: unknown): void {
    if (this.dueAt === Number.POSITIVE_INFINITY) return;
    this.failure = error;
    this.failed++;
    this.failures++;
    if (this.failures === 1) this.init.warn(`The key set cannot be fetched: ${messageOf(error)}. It will be tried again.`);
    this.schedule(Math.min(SECOND * 2 ** (this.failures - 1), MAX_FAILURE_COOLDOWN), false);
  }

  private schedule(pause: number, renewed: boolean): void {
    const now = Date.now();
    this.dueAt = now + pause;
    if (renewed) this.goodUntil = this.dueAt + STALE_IF_ERROR;
    this.believedUntil = Math.min(this.dueAt + STALE_WHILE_REFRESHING, this.goodUntil);
  }

  /** Says once which keys are not used: once for as long as they stay in the set. */
  private report(skipped: readonly string[]): void {
    const news = skipped.filter((each) => !this.skipped.includes(each));
    this.skipped = skipped;
    if (news.length > 0) this.init.warn(`Keys of the key set that are not used: ${news.join('; ')}.`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
