import type { KeyObject } from 'node:crypto';
import type { SignatureAlgorithm } from '../jws/algorithms.js';
import { createVerifier, type Verifier } from '../jws/verify.js';

/** A key that verifies tokens, made once. */
export interface VerificationKey {
  /** The key's name; a key without one may verify tokens of any `kid`. */
  readonly kid: string | undefined;
  /** A verifier for each algorithm that the key may be used with, by name: the allow-list comes from the key, never from a token. */
  readonly verifiers: ReadonlyMap<string, Verifier>;
  /** When its certificate expires, in milliseconds since the epoch; Infinity if it has none. */
  readonly validTo: number;
}

/** What a {@link VerificationKey} is made of. */
export interface KeyInit {
  readonly key: KeyObject;
  readonly algorithms: readonly SignatureAlgorithm[];
  readonly kid?: string | undefined;
  readonly validTo?: number | undefined;
}

/** Makes a {@link VerificationKey}. */
export function createVerificationKey({ key, algorithms, kid, validTo = Number.POSITIVE_INFINITY }: KeyInit): VerificationKey {
  const verifiers = new Map(algorithms.map((algorithm) => [algorithm, createVerifier(key, algorithm)]));
  return { kid, verifiers, validTo };
}
