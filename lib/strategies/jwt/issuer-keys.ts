import type { DependencyHealth, Tally } from '../../outgoing/dependency-health.js';
import { own } from '../claims/claims-reader.js';
import { parseCompact, readObject } from '../jws/compact.js';
import type { Rejected } from '../strategy.js';
import { type ExpectedIssuers, wrongIssuer } from './issuer.js';
import type { KeySource } from './key-set.js';
import { REFUSED } from './refusals.js';

/** The keys of several issuers. A token is verified with those of the issuer that it names, whose name is checked again after the signature. */
export class IssuerKeys {
  /**
   * @param all - every source once, in the order of the configuration.
   * @param issuers - what a refusal says that was expected.
   * @param sourceOf - the source of an issuer; undefined if its tokens are not accepted.
   */
  constructor(
    private readonly all: readonly KeySource[],
    private readonly issuers: Pick<ExpectedIssuers, 'description'>,
    private readonly sourceOf: (iss: string) => KeySource | undefined,
  ) {}

  /** Whether a token with this `alg` is worth looking at. */
  allows(alg: string): boolean {
    return this.all.some((source) => source.allows(alg));
  }

  /** The keys for a token, by its unverified `iss`, or why it is refused. An unknown issuer costs no call, and nothing is remembered of it. */
  for(token: string): KeySource | Rejected {
    const parts = parseCompact(token);
    if (parts === undefined) return REFUSED.malformedToken;
    const claims = readObject(parts.payload);
    if (claims === undefined) return REFUSED.malformedClaims;
    const iss = own(claims, 'iss');
    return (typeof iss === 'string' ? this.sourceOf(iss) : undefined) ?? wrongIssuer(iss, this.issuers);
  }

  /** How often the keys of all issuers were fetched; undefined if they never are. */
  get fetches(): Tally | undefined {
    const tallies = this.all.map(({ fetches }) => fetches).filter((tally) => tally !== undefined);
    if (tallies.length === 0) return undefined;
    return tallies.reduce((sum, each) => ({ succeeded: sum.succeeded + each.succeeded, failed: sum.failed + each.failed }));
  }

  /** How the places where the keys come from are doing: `down` only if all are, because the tokens of the others are still verified. */
  async health(): Promise<DependencyHealth | undefined> {
    const all = await Promise.all(this.all.map((source) => source.health?.()));
    const known = all.filter((health) => health !== undefined);
    return known.length > 1 ? united(known) : known[0];
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await Promise.all(this.all.map((source) => source.close()));
  }
}

/** Issuers are named by their place in the configuration: health endpoints are often open. */
function united(all: readonly DependencyHealth[]): DependencyHealth {
  const failing = all.flatMap(({ status }, index) => (status === 'up' ? [] : [[`issuer[${index}]`, status] as const]));
  const isDown = all.every(({ status }) => status === 'down');
  const status = isDown ? 'down' : failing.length > 0 ? 'degraded' : 'up';
  return { dependency: 'jwks', status, details: { issuers: all.length, ...Object.fromEntries(failing) } };
}
