import { type Awaitable, whenSettled } from '../../../awaitable.js';
import type { AuthRequest } from '../../../http/auth-request.js';
import { valuesOfFields } from '../../../http/header-field.js';
import { quoted } from '../../../operator/log-text.js';
import { type Claims, own } from '../../claims/claims-reader.js';
import { isOptionalTime } from '../../claims/registered-claims.js';
import type { SignatureAlgorithm } from '../../jws/algorithms.js';
import { parseCompact, readObject } from '../../jws/compact.js';
import type { Rejected } from '../../strategy.js';
import { DPOP_REFUSED, explained } from './dpop-refusals.js';
import type { ProofKey, ProofKeys } from './proof-key.js';
import { normalizedUrl, type TargetUrls } from './target-urls.js';

/** A proof whose signature is good and that is for the request with which it came. */
export interface Proof {
  readonly algorithm: SignatureAlgorithm;
  /** The thumbprint of its key. */
  readonly thumbprint: string;
  readonly jti: string;
  /** In seconds since the epoch. */
  readonly iat: number;
  /** The proof is refused from then on. @see RFC 7519 §4.1.4 */
  readonly exp: number;
  /** The proof is refused until then. @see RFC 7519 §4.1.5 */
  readonly nbf: number;
  readonly ath: unknown;
  readonly nonce: unknown;
}

/** The longest proof that is looked at, in characters. */
const MAX_LENGTH = 8192;
const FIELD = 'dpop';

/** Reads the proofs of requests. What depends on the configuration of a scheme, on the token, and on the time is checked later. */
export class ProofReader {
  constructor(
    private readonly keys: ProofKeys,
    private readonly urls: TargetUrls,
  ) {}

  /** The proof of a request, or why it is refused. @see RFC 9449 §4.3 */
  read(request: AuthRequest): Awaitable<Proof | Rejected> {
    const [proof, another] = valuesOfFields(request.rawHeaders, FIELD);
    if (proof === undefined) return DPOP_REFUSED.proofMissing;
    if (another !== undefined) return DPOP_REFUSED.severalProofs;
    if (proof.length > MAX_LENGTH) return DPOP_REFUSED.malformedProof;
    const header = proof.slice(0, Math.max(0, proof.indexOf('.')));
    return whenSettled(this.keys.read(header), (key) => this.verify(proof, key, request));
  }

  /** The signature first: a payload without a valid signature is not relied on. */
  private verify(proof: string, key: ProofKey | Rejected, request: AuthRequest): Proof | Rejected {
    if ('outcome' in key) return key;
    const parts = parseCompact(proof);
    if (parts === undefined) return DPOP_REFUSED.malformedProof;
    if (!key.verify(parts.signingInput, parts.signature)) return DPOP_REFUSED.badSignature;
    const claims = readObject(parts.payload);
    return claims === undefined ? DPOP_REFUSED.malformedProof : this.proofOf(claims, key, request);
  }

  private proofOf(claims: Claims, { algorithm, thumbprint }: ProofKey, request: AuthRequest): Proof | Rejected {
    const [jti, htm, htu] = ['jti', 'htm', 'htu'].map((name) => own(claims, name));
    const times = timesOf(claims);
    if (typeof jti !== 'string' || jti === '' || times === undefined) return DPOP_REFUSED.malformedProof;
    if (typeof htm !== 'string' || typeof htu !== 'string') return DPOP_REFUSED.malformedProof;
    if (htm !== request.method)
      return explained(DPOP_REFUSED.wrongMethod, () => `htm is ${quoted(htm)}, and the request is ${quoted(request.method)}`);
    const expected = this.urls.of(request);
    const given = normalizedUrl(htu);
    if (!expected.some((each) => each === given))
      return explained(DPOP_REFUSED.wrongUrl, () => `htu is ${quoted(htu)}, and the request was sent to ${quoted(expected)}`);
    return { algorithm, thumbprint, jti, ...times, ath: own(claims, 'ath'), nonce: own(claims, 'nonce') };
  }
}

/** The times in a proof; undefined if one of them is malformed. A proof needs no `exp` and no `nbf`: those that it has hold. */
function timesOf(claims: Claims): Pick<Proof, 'iat' | 'exp' | 'nbf'> | undefined {
  const [iat, exp, nbf] = [own(claims, 'iat'), own(claims, 'exp'), own(claims, 'nbf')];
  if (iat === undefined || !isOptionalTime(iat) || !isOptionalTime(exp) || !isOptionalTime(nbf)) return undefined;
  return { iat, exp: exp ?? Number.POSITIVE_INFINITY, nbf: nbf ?? Number.NEGATIVE_INFINITY };
}
