import type { Moment } from '../../clock.js';
import type { DependencyHealth, Tally } from '../../outgoing/dependency-health.js';
import type { Rejected } from '../strategy.js';
import { REFUSED } from './refusals.js';
import type { VerificationKey } from './verification-key.js';

/** The one key that fits a token, or why there is none. */
export type KeyChoice = VerificationKey | Rejected;

/** Where the keys of a config come from. */
export interface KeySource {
  /** Whether a token with this `alg` is worth looking at. */
  allows(alg: string): boolean;
  /**
   * Finds the key of a token; a promise only where it has to be fetched. A key is the same object for as long as it is the same key.
   *
   * @param now - the present, as the request read it.
   * @throws AuthUnavailableError if the keys cannot be obtained.
   */
  find(alg: string, kid: string | undefined, now: Moment): KeyChoice | Promise<KeyChoice>;
  /** Says that a signature is not that of this key: under the same name there may be another one by now. Left out where keys never change. */
  doubt?(key: VerificationKey): void;
  /** How often the keys were fetched; left out where they never are. */
  readonly fetches?: Tally;
  /** How the place where the keys come from is doing; left out where they are here. */
  health?(): Promise<DependencyHealth>;
  /** Lets go of connections. */
  close(): void | Promise<void>;
}

/** Keys, and the rule which of them a token means. */
export class KeySet {
  /** Under undefined those without a name. */
  private readonly byName = new Map<string | undefined, VerificationKey[]>();

  constructor(private readonly keys: readonly VerificationKey[]) {
    for (const key of keys) {
      const namesakes = this.byName.get(key.kid);
      if (namesakes === undefined) this.byName.set(key.kid, [key]);
      else namesakes.push(key);
    }
  }

  /**
   * Chooses the key of a token: the one of that name, else the only nameless one; without a name the only one that the algorithm
   * fits. Undefined if there is none, which newer keys may change.
   */
  choose(alg: string, kid: string | undefined): KeyChoice | undefined {
    if (kid === undefined) return only(this.keys, alg);
    const namesakes = this.byName.get(kid);
    return namesakes === undefined ? only(this.byName.get(undefined) ?? [], alg) : (only(namesakes, alg) ?? REFUSED.algorithmNotAllowed);
  }
}

/** Keys that are there from the boot on. */
export class LocalKeys implements KeySource {
  private readonly set: KeySet;
  private readonly algorithms: ReadonlySet<string>;

  constructor(keys: readonly VerificationKey[]) {
    this.set = new KeySet(keys);
    this.algorithms = new Set(keys.flatMap(({ verifiers }) => [...verifiers.keys()]));
  }

  allows(alg: string): boolean {
    return this.algorithms.has(alg);
  }

  find(alg: string, kid: string | undefined): KeyChoice {
    return this.set.choose(alg, kid) ?? REFUSED.unknownKey;
  }

  close(): void {}
}

function only(keys: readonly VerificationKey[], alg: string): KeyChoice | undefined {
  let found: VerificationKey | undefined;
  for (const key of keys) {
    if (!key.verifiers.has(alg)) continue;
    if (found !== undefined) return REFUSED.ambiguousKey;
    found = key;
  }
  return found;
}
