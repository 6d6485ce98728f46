import type { SignatureAlgorithm } from '../../jws/algorithms.js';

/** Whether tokens that are bound to a key are accepted beside bearer tokens, or are the only ones. */
export type DpopMode = 'accepted' | 'required';

/** How proofs of possession are checked. @see RFC 9449 */
export interface DpopConfig {
  /** `accepted`: bearer tokens are accepted too. `required`: only tokens that are bound to a key, with a proof. */
  readonly mode: DpopMode;
  /**
   * Seconds by which the time of a proof (`iat`) may differ from the present, on both sides; at most 3600. Each proof is remembered for
   * twice as long.
   * @defaultValue 60
   */
  readonly maxAge?: number;
  /**
   * Whether proofs must have a nonce of this application.
   * @defaultValue false
   * @see RFC 9449 §9
   */
  readonly nonce?: boolean;
  /**
   * The algorithms that proofs may be signed with.
   * @defaultValue every asymmetric algorithm that is known here
   */
  readonly algorithms?: readonly SignatureAlgorithm[];
}

/** The value of the field `dpop`: a mode, or a mode and how proofs are checked. */
export type DpopOption = DpopMode | DpopConfig;
