import type { Clock } from '../../clock.js';
import type { Signer } from '../../oauth/direct-authentication.js';
import { HeldTokens, type IssuedToken } from '../../oauth/held-tokens.js';
import { commonParameters, issuedToken, requestToken, type TokenEndpoint, TokenRefusal } from '../../oauth/token-request.js';
import { OwnCredentialsRefusedError } from './answer.js';
import type { ClientCredentialsAuthConfig } from './oauth2-introspection.config.js';

const OWN = 'own';

/**
 * Sends an access token of this application with every request: obtained when it is needed, kept until shortly before it expires, one request for a
 * token at a time.
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
    headers.set('authorization', await this.tokens.authorization(OWN, () => this.obtain()));
  };

  /** Forgets the token that was refused, so that the next request obtains a new one. */
  renew(authorization: string): void {
    this.tokens.refuse(OWN, authorization);
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await Promise.all([this.endpoint.client.close(), this.endpoint.location.close()]);
  }

  private async obtain(): Promise<IssuedToken> {
    try {
      const grant = { type: 'client_credentials', parameters: commonParameters(this.config) };
      return issuedToken(await requestToken(this.endpoint, grant), this.config.defaultTokenExpTime);
    } catch (error) {
      if (error instanceof TokenRefusal)
        throw new OwnCredentialsRefusedError(`The token endpoint refuses this application (${error.reason}): ${error.answer}.`);
      throw error;
    }
  }
}

/** Authenticates this application at the introspection endpoint. */
export interface ClientAuthentication {
  /** Adds the credentials to a request. */
  readonly sign: Signer;
  /** Whether it adds the same to every request, so that this is found out once. */
  readonly isFixed?: boolean;
  /** Forgets the `Authorization` that the endpoint refused. Present only if a new one can be obtained, so that a second request makes sense. */
  renew?(authorization: string): void;
  /** Lets go of connections. */
  close?(): Promise<void>;
}

/** No authentication: the endpoint relies on custom header fields or on the network. */
export const NO_AUTHENTICATION: ClientAuthentication = { sign: () => {}, isFixed: true };
