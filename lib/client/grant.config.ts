import type { CacheConfig } from '../memory/cache-config.js';
import type { DirectAuthConfig } from '../oauth/client-auth.config.js';
import type { ClientConfig } from '../outgoing/client-config.js';
import type { JwtIssuerConfig } from './jwt-issuer.config.js';

/** How to reach a token endpoint, and how the client authenticates to it. */
export interface TokenClientConfig extends ClientConfig {
  /** Authenticates the client by a key or a certificate, in place of `clientId` and `clientSecret`. */
  readonly auth?: DirectAuthConfig;
}

/** The fields that all grants have. @see RFC 6749 */
export interface GrantConfig {
  /**
   * The issuer whose metadata name the token endpoint: `https:`, or `http:` on this machine itself. It takes the place of the URL of the token endpoint,
   * and is the `aud` of the client's assertions.
   * @see RFC 8414 §2
   */
  readonly issuer?: string;
  /** The client's identifier. */
  readonly clientId?: string;
  /** The client's secret; `clientConfig.auth` replaces it. */
  readonly clientSecret?: string;
  /**
   * How the secret is sent to the token endpoint.
   * @defaultValue 'AUTH_HEADER_BEARER'
   */
  readonly credentialBearer?: 'AUTH_HEADER_BEARER' | 'POST_BODY_BEARER';
  /**
   * Binds tokens to a key of this process, and proves it with every request: to the token endpoint and to the service.
   * @defaultValue false: bearer tokens
   * @see RFC 9449
   */
  readonly dpop?: boolean;
  /** The scopes to request. */
  readonly scopes?: string | readonly string[];
  /** More parameters for the token request. */
  readonly optionalParams?: Readonly<Record<string, string>>;
  /**
   * Lifetime in seconds of a token whose answer has no `expires_in`.
   * @defaultValue 3600
   */
  readonly defaultTokenExpTime?: number;
  /**
   * How many seconds before its expiry a token is renewed.
   * @defaultValue a tenth of its life, at most 30
   */
  readonly clockSkew?: number;
  /**
   * How to reach the token endpoint.
   * @defaultValue nothing of the service's own `clientConfig`: the system's CAs, 5 seconds
   */
  readonly clientConfig?: TokenClientConfig;
}

/** An access token of the client's own: Ballerina's `OAuth2ClientCredentialsGrantConfig`. @see RFC 6749 §4.4 */
export interface OAuth2ClientCredentialsGrantConfig extends GrantConfig {
  /** The token endpoint; `issuer` takes its place. */
  readonly tokenUrl?: string;
}

/** An access token that a refresh token renews: Ballerina's `OAuth2RefreshTokenGrantConfig`. @see RFC 6749 §6 */
export interface OAuth2RefreshTokenGrantConfig extends GrantConfig {
  /** The token endpoint; `issuer` takes its place. */
  readonly refreshUrl?: string;
  /** The first refresh token. A new one in an answer replaces it for as long as the process runs. */
  readonly refreshToken: string;
}

/** An access token for an assertion: Ballerina's `OAuth2JwtBearerGrantConfig`. @see RFC 7523 §2.1 */
export interface OAuth2JwtBearerGrantConfig extends GrantConfig {
  /** The token endpoint; `issuer` takes its place. */
  readonly tokenUrl?: string;
  /** The assertion; or how to sign one, so that it does not expire. */
  readonly assertion: string | JwtIssuerConfig;
}

/** An access token for the token of the caller: what `onBehalfOf()` sends. @see RFC 8693 */
export interface OAuth2TokenExchangeGrantConfig extends GrantConfig {
  /** The token endpoint; `issuer` takes its place. */
  readonly tokenUrl?: string;
  /** The logical name of the service that the token is for, or several. */
  readonly audience?: string | readonly string[];
  /** The URL of the service that the token is for, or several. */
  readonly resource?: string | readonly string[];
  /**
   * What kind of token is wanted, as `urn:ietf:params:oauth:token-type:jwt`.
   * @defaultValue the choice of the server
   */
  readonly requestedTokenType?: string;
  /**
   * What kind of token callers have.
   * @defaultValue 'urn:ietf:params:oauth:token-type:access_token'
   */
  readonly subjectTokenType?: string;
  /** How many exchanged tokens are kept, and for how long at most; none outlives its `expires_in`. */
  readonly cacheConfig?: CacheConfig;
}
