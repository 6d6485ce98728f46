import { type Awaitable, whenSettled } from '../awaitable.js';
import { fieldError } from '../errors.js';
import type { AuthRequest } from '../http/auth-request.js';
import { isJsonObject } from '../json-object.js';
import { extendPrincipal, type Principal } from '../principal.js';
import type { EnricherCacheConfig, Enrichment, PrincipalEnricher } from '../principal-enricher.js';
import { type Enriched, EnrichedCallers } from './enriched-callers.js';

/** Adds to a caller what the application knows of it; undefined where the application refuses it. */
export type Enrich = (principal: Principal, request: AuthRequest) => Awaitable<Enriched>;

/** The enricher of an application. */
export class Enricher {
  /** Undefined where there is no enricher. */
  readonly enrich: Enrich | undefined;
  private found: PrincipalEnricher | undefined;

  /**
   * @param find - finds the instance of the enricher's class; undefined where there is none.
   * @throws AuthConfigurationError if there is a cache without an enricher.
   */
  constructor(
    private readonly find: (() => PrincipalEnricher) | undefined,
    cache: EnricherCacheConfig | undefined,
  ) {
    if (find === undefined && cache !== undefined)
      throw fieldError(
        'AuthModule options.enricherCache',
        'has no effect: there is no enricher. Set the option enricher, or remove this one.',
      );
    if (find === undefined) return;
    const callers = cache && new EnrichedCallers(cache);
    const ask: Enrich = (principal, request) =>
      whenSettled<unknown, Enriched>(this.instance(find).enrich(principal, request), (enrichment) => add(principal, enrichment));
    this.enrich = callers === undefined ? ask : (principal, request) => callers.recall(principal, () => ask(principal, request));
  }

  /**
   * Finds the enricher when the application boots.
   *
   * @throws AuthConfigurationError if it cannot be used.
   */
  prepare(): void {
    if (this.find !== undefined) this.instance(this.find);
  }

  /** Looked up when it is needed: the enricher may depend on something that depends on AuthService. */
  private instance(find: () => PrincipalEnricher): PrincipalEnricher {
    if (this.found !== undefined) return this.found;
    const found = find();
    if (typeof found.enrich !== 'function')
      throw fieldError('AuthModule options.enricher', 'has no method enrich(). Implement PrincipalEnricher.');
    this.found = found;
    return found;
  }
}

/** An enricher in JavaScript may return any value; many databases return `null` if there is no record. */
function add(principal: Principal, enrichment: unknown): Enriched {
  if (enrichment === undefined || enrichment === null) return undefined;
  if (!isEnrichment(enrichment))
    throw new TypeError('The enricher must return { roles, permissions, user }, or undefined. Both lists hold text.');
  const { roles = [], permissions = [], user } = enrichment;
  return extendPrincipal(principal, {
    roles: union(principal.roles, roles),
    permissions: union(principal.permissions, permissions),
    ...(user !== undefined && user !== null && { user }),
  });
}

function isEnrichment(value: unknown): value is Enrichment {
  if (!isJsonObject(value)) return false;
  const { roles, permissions } = value;
  return [roles, permissions].every(
    (list) => list === undefined || (Array.isArray(list) && list.every((each) => typeof each === 'string')),
  );
}

function union(held: readonly string[], added: readonly string[]): readonly string[] {
  return added.length === 0 ? held : [...new Set([...held, ...added])];
}
