import type { TokenSource } from '../../http/token-source.js';
import type { CacheConfig } from '../../memory/cache-config.js';
import type { DirectAuthConfig } from '../../oauth/client-auth.config.js';
import type { ClientConfig } from '../../outgoing/client-config.js';
import type { DpopOption } from '../binding/dpop/dpop.config.js';
import type { ClaimsConfig } from '../claims/claims.config.js';

/** An access token of this application, obtained by the client credentials grant, for the introspection endpoint. @see RFC 6749 §4.4 */
export interface ClientCredentialsAuthConfig {
  /** A bearer token goes with every request; it is renewed before it expires, and once when the endpoint refuses it. */
  readonly method: 'client_credentials';
  /**
   * The token endpoint.
   * @defaultValue the one that the metadata of the config's `issuer` name
   */
  readonly tokenUrl?: string;
  /** The client's identifier. */
  readonly clientId: string;
  /** The client's secret. */
  readonly clientSecret: string;
  /** The scopes to ask for. */
  readonly scopes?: string | readonly string[];
  /** More parameters for the token request, such as `resource` or `audience`. */
  readonly optionalParams?: Readonly<Record<string, string>>;
  /**
   * How the secret is sent to the token endpoint.
   * @defaultValue 'AUTH_HEADER_BEARER'
   */
  readonly credentialBearer?: 'AUTH_HEADER_BEARER' | 'POST_BODY_BEARER';
  /**
   * Seconds that a token lives whose answer does not say.
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
   * @defaultValue as the introspection endpoint, without its `customHeaders`
   */
  readonly clientConfig?: ClientConfig;
}

/** How this application authenticates at the introspection endpoint. */
export type IntrospectionAuthConfig = DirectAuthConfig | ClientCredentialsAuthConfig;

/** How to reach the introspection endpoint, and how the request is authenticated. */
export interface IntrospectionClientConfig extends ClientConfig {
  /**
   * How the request is authenticated.
   * @defaultValue no authentication but what `customHeaders` carry
   */
  readonly auth?: IntrospectionAuthConfig;
}

/** How many answers are remembered, for how long, and by whom. */
export interface IntrospectionCacheConfig extends CacheConfig {
  /**
   * Whether the instances of the application share the answers, in the `sharedState` of the module: never the token, and what the answer
   * says of the caller as JSON.
   * @defaultValue false
   */
  readonly shared?: boolean;
}

/** Asks an authorization server about every token: Ballerina's `OAuth2IntrospectionConfig`. @see RFC 7662 */
export interface OAuth2IntrospectionConfig extends ClaimsConfig {
  /**
   * The introspection endpoint.
   * @defaultValue the one that the metadata of `issuer` name
   * @see RFC 8414 §2
   */
  readonly url?: string;
  /**
   * Where the token is. The first source that has one counts; different tokens in several of them are answered 400.
   * @defaultValue [{ header: 'authorization' }]
   */
  readonly tokenFrom?: readonly TokenSource[];
  /**
   * Whether tokens that are bound to a key of the client are accepted (`accepted`), or are the only ones (`required`). It needs
   * `forRoot({ publicUrl })`.
   * @defaultValue they are refused
   * @see RFC 9449
   */
  readonly dpop?: DpopOption;
  /**
   * The type of token that is sent as a hint; `null` sends none. Some servers report a refresh token as active without it.
   * @defaultValue 'access_token'
   * @see RFC 7662 §2.1
   */
  readonly tokenTypeHint?: string | null;
  /** More parameters for every request. */
  readonly optionalParams?: Readonly<Record<string, string>>;
  /** The issuer that an answer must name. Without `url` it must be a URL: its metadata are read to find the endpoint. */
  readonly issuer?: string;
  /**
   * The audience, or several any of which an answer must name; `null` says that it is not checked on purpose.
   * @defaultValue the protected resource of the option `resource`; without it the audience is not checked
   */
  readonly audience?: string | readonly string[] | null;
  /**
   * The member with the caller's name, or its path; an answer that lacks it is refused.
   * @defaultValue `sub`, else `username`, else the client (`client_id`, `azp`)
   */
  readonly usernameKey?: string;
  /**
   * Seconds by which the server's clock may differ from this one's, for `exp` and `nbf`.
   * @defaultValue 0
   */
  readonly clockSkew?: number;
  /** Remembers answers. Without it every request is asked about, and a revoked token stops working at once. */
  readonly cacheConfig?: IntrospectionCacheConfig;
  /**
   * Seconds for which an answer without `exp` may be remembered.
   * @defaultValue 3600
   */
  readonly defaultTokenExpTime?: number;
  /** How to reach the endpoint, and how the request is authenticated. */
  readonly clientConfig?: IntrospectionClientConfig;
}

declare module '../strategy.js' {
  interface AuthSchemeConfigs {
    /** Asks an authorization server about every token. */
    oauth2IntrospectionConfig: OAuth2IntrospectionConfig;
  }
}
