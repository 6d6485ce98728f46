import type { Authenticator, ChallengeAnswer, Denial, Mechanism } from './strategy.js';

/** How bearer tokens are challenged. @see RFC 6750 §3 */
export class BearerMechanism implements Mechanism {
  /** The challenge of a 401. */
  readonly challenges: Authenticator['challenges'] = [{ scheme: 'Bearer' }];

  /** A client that sent no token gets no error code; one that sent a bad token does. @see RFC 6750 §3.1 */
  onRejected(): ChallengeAnswer {
    return { challenge: { scheme: 'Bearer', params: { error: 'invalid_token' } } };
  }

  /** A token that is good, but not for this. */
  onForbidden({ required }: Denial): ChallengeAnswer {
    return { challenge: { scheme: 'Bearer', params: { error: 'insufficient_scope', ...required } } };
  }
}
