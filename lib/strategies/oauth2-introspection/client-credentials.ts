import type { Clock } from '../../clock.js';
import { HeldTokens, type IssuedToken } from '../../oauth/held-tokens.js';
import { issuedToken, requestToken, scopeParameter, type TokenEndpoint, TokenRefusal } from '../../oauth/token-request.js';
import { OwnCredentialsRefusedError } from './answer.js';
import type { ClientAuthentication } from './client-authentication.js';
import type { ClientCredentialsAuthConfig } from './config.js';

const OWN = 'own';
const BEARER = 'Bearer ';

/**
 * Sends an access token of this application's own with every request: got when it is needed, kept until shortly before it expires, one flight at a time.
 *
 * @see RFC 6749 §4.4, RFC 7662 §2.1
 */
export class ClientCredentials implements ClientAuthentication {
  private readonly tokens: HeldTokens;

  constructor(
    private readonly config: ClientCredentialsAuthConfig,
    private readonly endpoint: TokenEndpoint,
    clock: Clock,
  ) {
    this.tokens = new HeldTokens({ clock, margin: config.clockSkew });
  }

  /** Adds the token to a request. */
  readonly sign = async (_body: URLSearchParams, headers: Headers): Promise<void> => {
    headers.set('authorization', BEARER + (await this.tokens.get(OWN, () => this.obtain())));
  };

  /** Forgets the token that was refused, so that the next request gets another one. */
  renew(refused: Headers): void {
    this.tokens.refuse(OWN, refused.get('authorization')?.slice(BEARER.length) ?? '');
  }

  /** Lets go of connections. */
  close(): Promise<void> {
    return this.endpoint.client.close();
  }

  private async obtain(): Promise<IssuedToken> {
    const { scopes, optionalParams = {}, defaultTokenExpTime } = this.config;
    const parameters = [...Object.entries(optionalParams), ...scopeParameter(scopes)];
    try {
      return issuedToken(await requestToken(this.endpoint, { type: 'client_credentials', parameters }), defaultTokenExpTime);
    } catch (error) {
      if (error instanceof TokenRefusal)
        throw new OwnCredentialsRefusedError(`The token endpoint refuses this application (${error.reason}).`);
      throw error;
    }
  }
}
