import { isPromise } from '../../../awaitable.js';
import type { AccessTokens } from '../../../http/access-tokens.js';
import type { AuthRequest } from '../../../http/auth-request.js';
import type { Challenge } from '../../../http/challenge.js';
import type { CredentialForm } from '../../../http/credential-form.js';
import type { RouteMethods } from '../../../http/route-methods.js';
import type { DependencyHealth } from '../../../outgoing/dependency-health.js';
import type { Authenticator, AuthenticatorStats, ChallengeAnswer, Denial, Rejected, Verdict } from '../../strategy.js';
import type { DpopSettings } from './dpop.schema.js';
import { DPOP_SCHEME, keyThumbprintOf, usesDpop } from './dpop-confirmation.js';
import type { DpopProofs } from './dpop-proofs.js';
import { errorOf } from './dpop-refusals.js';

/** The scheme as challenges write it. @see RFC 9449 §7.1 */
const SCHEME = 'DPoP';

/**
 * Adds the scheme `DPoP` to an authenticator of bearer tokens: its challenge stands beside that of `Bearer`, or in its place where proofs
 * are required, and a refusal stands under the scheme that came. The authenticator itself confirms the bindings of tokens.
 *
 * @see RFC 9449 §7.1 and §7.2
 */
export class DpopAuthenticator implements Authenticator {
  readonly challenges: readonly Challenge[];
  readonly credentials: readonly CredentialForm[];
  readonly accessTokens: AccessTokens;

  constructor(
    private readonly bearer: Authenticator,
    private readonly proofs: Pick<DpopProofs, 'nonceFields'>,
    private readonly settings: DpopSettings,
  ) {
    const challenges = bearer.challenges.map((challenge) => this.challengeOf(challenge.params));
    this.accessTokens = {
      issuers: [],
      ...bearer.accessTokens,
      dpop: { algorithms: settings.algorithms, isRequired: this.isRequired },
    };
    const forms = bearer.credentials ?? [];
    this.challenges = this.isRequired ? challenges : [...bearer.challenges, ...challenges];
    this.credentials = this.isRequired
      ? forms.filter(isAuthorization).map(asDpop)
      : [...forms, ...forms.filter(isAuthorization).map(asDpop)];
  }

  authenticate(request: AuthRequest, methods?: RouteMethods): Verdict | Promise<Verdict> {
    const verdict = this.bearer.authenticate(request, methods);
    return isPromise(verdict) ? markedLater(verdict, request) : marked(verdict, request);
  }

  onRejected(verdict: Rejected): ChallengeAnswer | undefined {
    const answer = this.bearer.onRejected?.(verdict);
    if (answer === undefined || !this.stands(verdict.scheme === SCHEME)) return answer;
    const error = errorOf(verdict.reason);
    const challenge = this.challengeOf({ ...answer.challenge.params, ...(error !== undefined && { error }) });
    return { challenge, headers: { ...answer.headers, ...this.proofs.nonceFields(this.settings) } };
  }

  onForbidden(denial: Denial): ChallengeAnswer | undefined {
    return this.underScheme(this.bearer.onForbidden?.(denial), denial);
  }

  onStepUp(denial: Denial): ChallengeAnswer | undefined {
    return this.underScheme(this.bearer.onStepUp?.(denial), denial);
  }

  stats(): AuthenticatorStats | undefined {
    return this.bearer.stats?.();
  }

  health(): DependencyHealth | undefined | Promise<DependencyHealth | undefined> {
    return this.bearer.health?.();
  }

  close(): void | Promise<void> {
    return this.bearer.close?.();
  }

  /** A bound token is accepted under no other scheme. */
  private underScheme(answer: ChallengeAnswer | undefined, { principal }: Denial): ChallengeAnswer | undefined {
    if (answer === undefined || !this.stands(keyThumbprintOf(principal?.claims.cnf) !== undefined)) return answer;
    return { ...answer, challenge: this.challengeOf(answer.challenge.params) };
  }

  private get isRequired(): boolean {
    return this.settings.mode === 'required';
  }

  /** Whether an answer stands under `DPoP`: where proofs are required there is no other challenge. */
  private stands(hasCame: boolean): boolean {
    return hasCame || this.isRequired;
  }

  private challengeOf(params: Challenge['params']): Challenge {
    return { scheme: SCHEME, params: { algs: this.settings.algorithms.join(' '), ...params } };
  }
}

/** Says under which scheme refused credentials came. */
function marked(verdict: Verdict, request: AuthRequest): Verdict {
  return verdict.outcome === 'rejected' && usesDpop(request) ? { ...verdict, scheme: SCHEME } : verdict;
}

/** A function of its own: one that has a callback makes an object with each call. */
async function markedLater(pending: PromiseLike<Verdict>, request: AuthRequest): Promise<Verdict> {
  return marked(await pending, request);
}

function isAuthorization({ kind }: CredentialForm): boolean {
  return kind === 'authorization';
}

function asDpop(form: CredentialForm): CredentialForm {
  return { ...form, kind: 'authorization', scheme: DPOP_SCHEME };
}
