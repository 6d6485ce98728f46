import { hash } from 'node:crypto';
import { type Awaitable, isPromise, whenSettled } from '../../../awaitable.js';
import { type Clock, SYSTEM_CLOCK } from '../../../clock.js';
import { AuthUnavailableError } from '../../../errors.js';
import { AnswerFields } from '../../../http/answer-fields.js';
import type { AuthRequest } from '../../../http/auth-request.js';
import type { NonceMemory } from '../../../memory/nonce-memory.js';
import { LocalReplayMemory, type ReplayMemory } from '../../../memory/replay-memory.js';
import type { Waiting } from '../../../memory/shared-state.js';
import { credentialKey } from '../../../memory/verdict-cache.js';
import { Patience } from '../../../outgoing/patience.js';
import type { Rejected } from '../../strategy.js';
import type { DpopSettings } from './dpop.schema.js';
import { DpopNonces } from './dpop-nonces.js';
import { DPOP_REFUSED, explained } from './dpop-refusals.js';
import { type Proof, ProofReader } from './proof.js';
import { ProofKeys } from './proof-key.js';
import { type PublicPlaces, TargetUrls } from './target-urls.js';

/** What {@link DpopProofs} work with. */
export interface DpopParts extends PublicPlaces {
  /** Where new nonces are put on answers. */
  readonly answers?: AnswerFields;
  /** What was used already. Give one that all instances share, where there are several. */
  readonly memory?: ReplayMemory;
  /** The nonces of all instances, where there are several. */
  readonly nonces?: NonceMemory;
  /** Seconds that a check waits for `nonces` and `memory` together; undefined where they answer from this process. */
  readonly timeout?: number;
  readonly clock?: Clock;
}

/** The token of a request, and the key that it is bound to. */
export interface BoundToken {
  readonly token: string;
  /** The thumbprint that `cnf.jkt` names. @see RFC 9449 §6.1 */
  readonly thumbprint: string;
}

/** What is known about the proof of one request. */
interface SeenProof {
  readonly proof: Proof;
  /** The settings by which it has passed every check. */
  readonly passed: Set<DpopSettings>;
  /** Whether it was used for the first time with this request; undefined until every other check has passed. */
  isFirstUse: Awaitable<boolean> | undefined;
}

/** The field with a new nonce. @see RFC 9449 §8.1 */
const NONCE_FIELD = 'DPoP-Nonce';

/**
 * Checks the proofs of an application: each of them once for each request, however many entries, groups or operations ask. All schemes
 * share what was used already, because a token may be accepted by several.
 *
 * @see RFC 9449 §4.3, §7 and §11.1
 */
export class DpopProofs {
  private readonly seen = new WeakMap<AuthRequest, Awaitable<SeenProof | Rejected>>();
  private readonly reader: ProofReader;
  private readonly memory: ReplayMemory;
  private readonly clock: Clock;
  private readonly answers: AnswerFields;
  private readonly nonces: DpopNonces;
  private readonly timeout: number | undefined;
  /** Whether the URL of a request is known, so that proofs can be checked. */
  readonly knowUrls: boolean;
  /** The largest `maxAge` of all schemes: what one refuses as too old must not pass another one a second time. */
  private longest = 0;

  constructor(parts: DpopParts) {
    const { clock = SYSTEM_CLOCK, memory = new LocalReplayMemory(), answers = new AnswerFields(), nonces, timeout, ...places } = parts;
    const urls = new TargetUrls(places);
    this.knowUrls = urls.areKnown;
    this.reader = new ProofReader(new ProofKeys(), urls);
    this.nonces = new DpopNonces(clock, nonces);
    this.memory = memory;
    this.timeout = timeout;
    this.clock = clock;
    this.answers = answers;
  }

  /** Takes the settings of a scheme: call it for each, before its first request. */
  prepare({ maxAge }: DpopSettings): void {
    this.longest = Math.max(this.longest, maxAge);
  }

  /** The header fields for the answer to a request that is refused. */
  nonceFields({ nonce }: DpopSettings): Readonly<Record<string, string>> | undefined {
    return nonce ? { [NONCE_FIELD]: this.nonces.current() } : undefined;
  }

  /**
   * Checks the proof of a request for its token.
   *
   * @returns why it is refused; undefined if it is good.
   * @throws AuthUnavailableError if it could not be found out whether the proof was used before.
   */
  check(bound: BoundToken, request: AuthRequest, settings: DpopSettings): Awaitable<Rejected | undefined> {
    return whenSettled(this.proofOf(request), (seen) => ('outcome' in seen ? seen : this.judge(seen, bound, request, settings)));
  }

  private proofOf(request: AuthRequest): Awaitable<SeenProof | Rejected> {
    const known = this.seen.get(request);
    if (known !== undefined) return known;
    const read = whenSettled(this.reader.read(request), (proof) => {
      const settled = 'outcome' in proof ? proof : { proof, passed: new Set<DpopSettings>(), isFirstUse: undefined };
      this.seen.set(request, settled);
      return settled;
    });
    // Those who ask while the key is being read share the answer.
    this.seen.set(request, read);
    return read;
  }

  private judge(seen: SeenProof, bound: BoundToken, request: AuthRequest, settings: DpopSettings): Awaitable<Rejected | undefined> {
    const { proof, passed } = seen;
    const refusal = refusalForToken(proof, bound, settings);
    // A connection is judged again while it is open: its proof has been used, and grows old.
    if (refusal !== undefined || passed.has(settings)) return refusal;
    const late = refusalForTime(proof, settings, this.clock.wall() / 1000);
    if (late !== undefined) return late;
    const waiting = new Patience(this.timeout);
    const unfresh = this.refusalForNonce(proof, request, settings, waiting);
    return whenSettled(unfresh, (refused) => refused ?? this.spend(seen, settings, waiting));
  }

  private refusalForNonce(
    { nonce }: Proof,
    request: AuthRequest,
    settings: DpopSettings,
    waiting: Waiting,
  ): Awaitable<Rejected | undefined> {
    if (!settings.nonce) return undefined;
    if (typeof nonce !== 'string') return DPOP_REFUSED.nonceMissing;
    return whenSettled(this.nonces.isGood(nonce, waiting), (isGood) => {
      if (!isGood) return DPOP_REFUSED.wrongNonce;
      const current = this.nonces.current();
      if (nonce !== current) this.answers.add(request, NONCE_FIELD, current);
      return undefined;
    });
  }

  /** The last step: a proof that is refused for another reason is not used up. */
  private spend(seen: SeenProof, settings: DpopSettings, waiting: Waiting): Awaitable<Rejected | undefined> {
    const { thumbprint, jti } = seen.proof;
    seen.isFirstUse ??= this.remember(seen, credentialKey(`${thumbprint} ${jti}`), waiting);
    return whenSettled(seen.isFirstUse, (isFirstUse) => {
      seen.isFirstUse = isFirstUse;
      if (!isFirstUse) return DPOP_REFUSED.replayed;
      seen.passed.add(settings);
      return undefined;
    });
  }

  private remember(seen: SeenProof, key: string, waiting: Waiting): Awaitable<boolean> {
    try {
      const added = this.memory.add(key, 2 * this.longest, waiting);
      if (!isPromise(added)) return added;
      return added.catch((error: unknown) => {
        seen.isFirstUse = undefined;
        throw unavailable(error);
      });
    } catch (error) {
      throw unavailable(error);
    }
  }
}

function unavailable(cause: unknown): AuthUnavailableError {
  if (cause instanceof AuthUnavailableError) return cause;
  return new AuthUnavailableError('It could not be found out whether a DPoP proof was used before.', { cause });
}

function refusalForToken(proof: Proof, { token, thumbprint }: BoundToken, { algorithms }: DpopSettings): Rejected | undefined {
  const { algorithm, ath } = proof;
  if (!algorithms.includes(algorithm))
    return explained(DPOP_REFUSED.algorithmNotAllowed, () => `${algorithm} is not one of ${algorithms.join(', ')}`);
  if (proof.thumbprint !== thumbprint) return DPOP_REFUSED.wrongKey;
  return ath === hash('sha256', token, 'base64url') ? undefined : DPOP_REFUSED.wrongToken;
}

function refusalForTime({ iat, exp, nbf }: Proof, { maxAge }: DpopSettings, now: number): Rejected | undefined {
  if (exp <= now) return explained(DPOP_REFUSED.tooOld, () => `exp was ${Math.round(now - exp)} seconds ago`);
  if (iat < now - maxAge)
    return explained(DPOP_REFUSED.tooOld, () => `iat is ${Math.round(now - iat)} seconds ago, and maxAge is ${maxAge}`);
  if (Math.max(iat, nbf) <= now + maxAge) return undefined;
  const [name, time] = nbf > iat ? ['nbf', nbf] : ['iat', iat];
  return explained(DPOP_REFUSED.issuedInFuture, () => `${name} is ${Math.round(time - now)} seconds ahead, and maxAge is ${maxAge}`);
}
