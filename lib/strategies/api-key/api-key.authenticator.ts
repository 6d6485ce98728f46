import type { Clock } from '../../clock.js';
import type { WatchedTables } from '../../config/watched-tables.js';
import type { AuthRequest } from '../../http/auth-request.js';
import type { Challenge } from '../../http/challenge.js';
import type { CredentialForm } from '../../http/credential-form.js';
import { countFields } from '../../http/header-field.js';
import { ABSENT, type Authenticator, type ChallengeAnswer, type Denial, type Mechanism, rejected, type Verdict } from '../strategy.js';
import { idOfKey } from './api-key.js';
import type { ApiKeys } from './api-keys.js';

const CHALLENGE: Challenge = { scheme: 'ApiKey' };
const SEVERAL = rejected('several_api_keys');
const MALFORMED = rejected('malformed_credentials');
const UNKNOWN = rejected('bad_credentials');
const EXPIRED = rejected('expired');

/** How API keys are challenged. */
export class ApiKeyMechanism implements Mechanism {
  /** The challenge of a 401. */
  readonly challenges: readonly Challenge[] = [CHALLENGE];
  /** The scheme has no parameters of its own: nothing is added. */
  onRejected(): ChallengeAnswer {
    return { challenge: CHALLENGE };
  }

  /** The client learns what is missing, as a bearer of a token does. */
  onForbidden({ required }: Denial): ChallengeAnswer {
    return { challenge: { ...CHALLENGE, params: required } };
  }
}

/** Takes the caller from the API key in a header field. Waits for nothing: a digest costs about as much as a look into a cache would. */
export class ApiKeyAuthenticator extends ApiKeyMechanism implements Authenticator {
  readonly credentials: readonly CredentialForm[];

  /** @param header - the name of the field, in lower case. */
  constructor(
    private readonly keys: Pick<WatchedTables<ApiKeys>, 'current' | 'close'>,
    private readonly header: string,
    private readonly clock: Clock,
  ) {
    super();
    this.credentials = [{ kind: 'header', name: header }];
  }

  authenticate({ headers, rawHeaders }: AuthRequest): Verdict {
    const value = headers[this.header];
    if (value === undefined) return ABSENT;
    // Node joins several fields, or keeps the first; another hop may keep the last.
    if (typeof value !== 'string' || countFields(rawHeaders, this.header) > 1) return SEVERAL;
    const id = idOfKey(value);
    return id === undefined ? MALFORMED : this.judge(id, value);
  }

  /** Stops watching the file. */
  close(): void {
    this.keys.close();
  }

  private judge(id: string, presented: string): Verdict {
    const known = this.keys.current.find(id, presented);
    if (known === undefined) return UNKNOWN;
    return this.clock.wall() >= known.expires ? EXPIRED : known.verdict;
  }
}
