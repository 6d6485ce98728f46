import { type Awaitable, isPromise } from '../awaitable.js';
import { type Clock, NEVER, SYSTEM_CLOCK } from '../clock.js';
import { credentialKey, VerdictCache } from '../memory/verdict-cache.js';
import { isMade, type Principal } from '../principal.js';
import type { EnricherCacheConfig } from '../principal-enricher.js';

/** The caller with what the application added; undefined where the application refused it. */
export type Enriched = Principal | undefined;

/**
 * Remembers enriched callers by what their credentials say. It is asked after a credential was verified, so that one that has expired or
 * was revoked gains nothing; and it holds no credential. Refusals and failures are not remembered.
 */
export class EnrichedCallers {
  private readonly known: VerdictCache<Principal>;
  private readonly flights = new Map<string, Promise<Enriched>>();
  /** A remembered verdict has the same principal again: its key is made once. */
  private readonly keys = new WeakMap<Principal, string>();

  constructor({ maxAge, ...size }: EnricherCacheConfig, clock: Clock = SYSTEM_CLOCK) {
    this.known = new VerdictCache({ ...size, defaultMaxAge: maxAge }, clock);
  }

  /** The enriched caller; `enrich` is called where it is not known, and once for all requests that come meanwhile. */
  recall(principal: Principal, enrich: () => Awaitable<Enriched>): Awaitable<Enriched> {
    const key = this.keyOf(principal);
    if (key === undefined) return enrich();
    const known = this.known.get(key) ?? this.flights.get(key);
    if (known !== undefined) return known;
    const enriched = enrich();
    if (!isPromise(enriched)) return this.keep(key, enriched);
    const flight = Promise.resolve(enriched)
      .then((settled) => this.keep(key, settled))
      .finally(() => this.flights.delete(key));
    this.flights.set(key, flight);
    return flight;
  }

  private keep(key: string, enriched: Enriched): Enriched {
    if (enriched !== undefined) this.known.set(key, enriched, NEVER);
    return enriched;
  }

  /** Undefined for a principal that may hold more than its JSON shows: that of a custom strategy which does not use `createPrincipal()`. */
  private keyOf(principal: Principal): string | undefined {
    const known = this.keys.get(principal);
    if (known !== undefined) return known;
    if (!isMade(principal) || principal.user !== undefined) return undefined;
    const key = credentialKey(JSON.stringify(principal));
    this.keys.set(principal, key);
    return key;
  }
}
