import type { CredentialForm } from '../http/credential-form.js';
import type { UnusableReason } from '../http/credentials.js';
import { DEFAULT_TOKEN_SOURCES, type TokenSource, tokenForms } from '../http/token-source.js';
import { type Authenticator, type ChallengeAnswer, type Denial, type Mechanism, type Rejected, rejected } from './strategy.js';

/** What is answered to a token that cannot be used, before anything in it is looked at. */
export const UNUSABLE: Readonly<Record<UnusableReason, Rejected>> = {
  too_long: rejected('too_long'),
  malformed_credentials: rejected('malformed_credentials'),
  ambiguous_credentials: Object.freeze({ ...rejected('ambiguous_credentials'), status: 400 }),
  cross_site_request: Object.freeze({ ...rejected('cross_site_request'), status: 403 }),
};

const INVALID_TOKEN: ChallengeAnswer = { challenge: { scheme: 'Bearer', params: { error: 'invalid_token' } } };

/** How bearer tokens are challenged. @see RFC 6750 §3 */
export class BearerMechanism implements Mechanism {
  /** The challenge of a 401. */
  readonly challenges: Authenticator['challenges'] = [{ scheme: 'Bearer' }];
  /** How clients send the token. */
  readonly credentials: readonly CredentialForm[];

  /**
   * @param sources - where the token is looked for.
   * @param format - what tokens look like, where it is known: `JWT`.
   */
  constructor(sources: readonly TokenSource[] = DEFAULT_TOKEN_SOURCES, format?: string) {
    this.credentials = tokenForms(sources, format);
  }

  /** A client that sent no token gets no error code; one that sent a bad token does. @see RFC 6750 §3.1 */
  onRejected(): ChallengeAnswer {
    return INVALID_TOKEN;
  }

  /** A token that is good, but not for this. Another token would not help where the request came from another site. */
  onForbidden({ reason, required }: Denial): ChallengeAnswer | undefined {
    if (reason === UNUSABLE.cross_site_request.reason) return undefined;
    return { challenge: { scheme: 'Bearer', params: { error: 'insufficient_scope', ...required } } };
  }

  /** A token that is good, but whose user must authenticate again. @see RFC 9470 §3 */
  onStepUp({ required }: Denial): ChallengeAnswer {
    return { challenge: { scheme: 'Bearer', params: { error: 'insufficient_user_authentication', ...required } } };
  }
}
