import { type Rejected, rejected } from '../../strategy.js';

/** Why a proof, or a token without one, is refused. The reasons go to the log and the event; the client gets the code of {@link errorOf}. */
export const DPOP_REFUSED = {
  /** A token that is not bound to a key, under the scheme `DPoP`. */
  tokenNotBound: rejected('dpop_token_not_bound'),
  /** A token that is bound to a key, and came as a bearer token. */
  schemeMissing: rejected('dpop_scheme_missing'),
  /** A token that is not bound to a key, where only bound ones are accepted. */
  required: rejected('dpop_required'),
  proofMissing: rejected('dpop_proof_missing'),
  severalProofs: rejected('dpop_several_proofs'),
  malformedProof: rejected('dpop_malformed_proof'),
  wrongType: rejected('dpop_wrong_type'),
  algorithmNotAllowed: rejected('dpop_algorithm_not_allowed'),
  unusableKey: rejected('dpop_unusable_key'),
  badSignature: rejected('dpop_bad_signature'),
  wrongMethod: rejected('dpop_wrong_method'),
  wrongUrl: rejected('dpop_wrong_url'),
  tooOld: rejected('dpop_too_old'),
  issuedInFuture: rejected('dpop_issued_in_future'),
  wrongToken: rejected('dpop_wrong_token'),
  wrongKey: rejected('dpop_wrong_key'),
  nonceMissing: rejected('dpop_nonce_missing'),
  wrongNonce: rejected('dpop_wrong_nonce'),
  replayed: rejected('dpop_replayed'),
} as const satisfies Readonly<Record<string, Rejected>>;

/** A refusal with words that only the `explain` option shows. */
export function explained({ reason }: Rejected, explanation: () => string): Rejected {
  return rejected(reason, { explanation });
}

const OF_NONCE: ReadonlySet<string> = new Set([DPOP_REFUSED.nonceMissing.reason, DPOP_REFUSED.wrongNonce.reason]);
/** What is wrong with the token, and not with the proof. @see RFC 9449 §7.1, figure 16 */
const OF_TOKEN: ReadonlySet<string> = new Set(
  [DPOP_REFUSED.tokenNotBound, DPOP_REFUSED.schemeMissing, DPOP_REFUSED.required, DPOP_REFUSED.wrongKey].map(({ reason }) => reason),
);

/** The error code of a challenge for a refusal; undefined for one that is not about DPoP. @see RFC 9449 §7.1 and §9 */
export function errorOf(reason: string): string | undefined {
  if (!reason.startsWith('dpop_') || OF_TOKEN.has(reason)) return undefined;
  return OF_NONCE.has(reason) ? 'use_dpop_nonce' : 'invalid_dpop_proof';
}
