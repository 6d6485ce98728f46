import type { ClientConfig } from '../outgoing/client-config.js';
import type {
  OAuth2ClientCredentialsGrantConfig,
  OAuth2JwtBearerGrantConfig,
  OAuth2RefreshTokenGrantConfig,
  OAuth2TokenExchangeGrantConfig,
} from './grant.config.js';
import type { JwtIssuerConfig } from './jwt-issuer.config.js';

/** A user name and a password, as HTTP Basic sends them: Ballerina's `CredentialsConfig`. @see RFC 7617 */
export interface CredentialsConfig {
  /** The user's name: no colon, no control characters. */
  readonly username: string;
  /** The password. */
  readonly password: string;
}

/** A token that does not change: Ballerina's `BearerTokenConfig`. @see RFC 6750 §2.1 */
export interface BearerTokenConfig {
  /** The token. */
  readonly token: string;
}

/** The ways in which a client authenticates, by config key. */
export interface ClientAuthConfigs {
  /** HTTP Basic. */
  readonly credentialsConfig: CredentialsConfig;
  /** A fixed bearer token. */
  readonly bearerTokenConfig: BearerTokenConfig;
  /** A JWT that the client signs itself. */
  readonly jwtIssuerConfig: JwtIssuerConfig;
  /** An access token of the client's own. */
  readonly oauth2ClientCredentialsGrantConfig: OAuth2ClientCredentialsGrantConfig;
  /** An access token that a refresh token renews. */
  readonly oauth2RefreshTokenGrantConfig: OAuth2RefreshTokenGrantConfig;
  /** An access token for an assertion. */
  readonly oauth2JwtBearerGrantConfig: OAuth2JwtBearerGrantConfig;
  /** An access token for the token of the caller on whose behalf the request is made. */
  readonly oauth2TokenExchangeGrantConfig: OAuth2TokenExchangeGrantConfig;
}

/** Exactly one of the {@link ClientAuthConfigs}: Ballerina's `ClientAuthConfig`. */
export type ClientAuthConfig = {
  [Key in keyof ClientAuthConfigs]: Pick<ClientAuthConfigs, Key> & { readonly [Other in Exclude<keyof ClientAuthConfigs, Key>]?: never };
}[keyof ClientAuthConfigs];

/** A client for one service: where the service is, how to reach it, and how the client authenticates. */
export interface AuthClientConfig {
  /** The URL that relative ones are below: its path is kept (`https://api.example.com/v1` makes `/v1/orders` of `/orders`). */
  readonly baseUrl?: string;
  /** More origins that absolute URLs may lead to, as `https://api.example.com`; needed where there is no `baseUrl`. An empty list for a client that only sends messages. */
  readonly allowedOrigins?: readonly string[];
  /**
   * How the client authenticates; `false` for not at all.
   * @defaultValue the certificate of `clientConfig.secureSocket.key`, without which `auth` is required
   */
  readonly auth?: ClientAuthConfig | false;
  /** How to reach the service; with `secureSocket.key` the client's certificate is presented, in addition to what `auth` sends. */
  readonly clientConfig?: ClientConfig;
  /**
   * The largest body of an answer in bytes that is read, unless the answer is streamed.
   * @defaultValue 10485760 (10 MiB)
   */
  readonly maxResponseBytes?: number;
}
