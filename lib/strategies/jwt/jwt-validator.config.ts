import type { JsonWebKey } from 'node:crypto';
import type { SecretOctets } from '../../config/octets.js';
import type { TokenSource } from '../../http/token-source.js';
import type { CacheConfig } from '../../memory/cache-config.js';
import type { ClientConfig } from '../../outgoing/client-config.js';
import type { DpopOption } from '../binding/dpop/dpop.config.js';
import type { ClaimsConfig } from '../claims/claims.config.js';
import type { SignatureAlgorithm } from '../jws/algorithms.js';
import type { DiscoveryConfig } from './discovery.config.js';
import type { IssuerConfig } from './issuer.config.js';

/** Keys that are published as a JWK set. @see RFC 7517 §5 */
export interface JwksConfig {
  /** The URL of the key set: `https:`, or `http:` on this machine itself. */
  readonly url: string;
  /**
   * How long keys are fresh (`defaultMaxAge` in seconds). A set is kept whole, so that `capacity` has nothing to bound. Older keys are refreshed in the
   * background; while the endpoint fails they stay good for one hour more.
   * @defaultValue 600 seconds, also for -1
   */
  readonly cacheConfig?: CacheConfig;
  /** How to reach the endpoint. */
  readonly clientConfig?: ClientConfig;
  /**
   * Stops the boot if the key set cannot be fetched. Otherwise requests are answered 503 until it can.
   * @defaultValue false
   */
  readonly preload?: boolean;
}

/** A certificate in a PKCS#12 trust store; `node-forge` must be installed. */
export interface TrustStoreConfig {
  /** The store: a path is relative to the working directory. */
  readonly trustStore: {
    /** The file. */
    readonly path: string;
    /** Its password. */
    readonly password: string;
  };
  /** The name of the certificate in the store, in any case. */
  readonly certAlias: string;
}

/** A JWK set written into the configuration. @see RFC 7517 §5 */
export interface JsonWebKeySet {
  /** The keys; those that cannot verify tokens are skipped. */
  readonly keys: readonly JsonWebKey[];
}

/** What may verify signatures. */
export interface KeyMaterials {
  /** A JWK set that another server publishes. */
  readonly jwksConfig: JwksConfig;
  /** A certificate, within its validity period: a PEM file, or the PEM text. Of several the first counts. */
  readonly certFile: string;
  /** A certificate in a PKCS#12 trust store. */
  readonly trustStoreConfig: TrustStoreConfig;
  /**
   * A shared secret, at least as long as the hash: 32 bytes for HS256, 48 for HS384, 64 for HS512. A string is its UTF-8; a secret that is
   * kept in Base64 or hexadecimal, and decoded before it is used, is `{ base64 }`, `{ base64url }` or `{ hex }`.
   * @see RFC 7518 §3.2
   */
  readonly secret: SecretOctets;
  /** A public key: the PEM text, or a PEM file. */
  readonly publicKey: string;
  /** A JWK set written into the configuration. */
  readonly jwks: JsonWebKeySet;
}

/** Exactly one kind of key material. */
export type SignatureConfig = {
  readonly [K in keyof KeyMaterials]: { readonly [P in K]: KeyMaterials[P] } & { readonly [P in Exclude<keyof KeyMaterials, K>]?: never };
}[keyof KeyMaterials];

/** How many refused tokens are remembered, and for how long. */
export interface RejectedCacheConfig {
  /**
   * The largest number of tokens; the least recently used goes first.
   * @defaultValue 100
   */
  readonly capacity?: number;
  /**
   * Seconds for which a token is remembered, at most 10.
   * @defaultValue 10
   */
  readonly defaultMaxAge?: number;
}

/** A profile of access tokens. */
export type TokenProfile = 'rfc9068';

/** Verifies JSON Web Tokens: Ballerina's `JwtValidatorConfig`, and more. @see RFC 7519, RFC 8725, RFC 9068 */
export interface JwtValidatorConfig extends ClaimsConfig {
  /**
   * The profile that tokens must follow. `rfc9068` requires the type `at+jwt` and the claims `iss`, `exp`, `aud`, `sub`, `client_id`, `iat`
   * and `jti`; `issuer` is then required, and `audience`, unless the option `resource` names it.
   * @defaultValue none
   * @see RFC 9068
   */
  readonly profile?: TokenProfile;
  /**
   * What verifies signatures. With several issuers it verifies the tokens of all of them.
   * @defaultValue the keys that each issuer publishes, found by its metadata: `issuer` must then be a URL
   */
  readonly signatureConfig?: SignatureConfig;
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
   * The `iss` that tokens must have, or several, or a template; `null` says that it is not checked on purpose. If it is left out it is not checked, and
   * the boot warns.
   */
  readonly issuer?: IssuerConfig;
  /**
   * The audience, or several any of which the `aud` of a token must name; `null` says that it is not checked on purpose. If it is left out it is
   * that of the option `resource`; without that it is not checked, and the boot warns; where keys are discovered it must not be left out.
   */
  readonly audience?: string | readonly string[] | null;
  /** How the keys are discovered where there is no `signatureConfig`. */
  readonly discoveryConfig?: DiscoveryConfig;
  /** The `sub` that tokens must have. */
  readonly username?: string;
  /** The `jti` that tokens must have. */
  readonly jwtId?: string;
  /** The header's `kid` that tokens must have. */
  readonly keyId?: string;
  /**
   * Seconds by which the issuer's clock may differ from this one's.
   * @defaultValue 0
   */
  readonly clockSkew?: number;
  /**
   * The claim with the caller's name, or its path; a token that lacks it is refused.
   * @defaultValue `sub`, else the client (`client_id`, `azp`)
   */
  readonly usernameKey?: string;
  /**
   * The algorithms that tokens may be signed with, of those that fit the keys.
   * @defaultValue all that fit the keys
   */
  readonly algorithms?: readonly SignatureAlgorithm[];
  /**
   * The type, or several, one of which a token's header must name: `at+jwt`. Case and the prefix `application/` do not matter.
   * @defaultValue `JWT`, `at+jwt` or none
   * @see RFC 8725 §3.11
   */
  readonly typ?: string | readonly string[];
  /** Seconds after `iat` from which a token is too old; tokens without `iat` are then refused. */
  readonly maxTokenAge?: number;
  /**
   * Whether tokens without `exp` are refused.
   * @defaultValue true
   */
  readonly requireExp?: boolean;
  /**
   * How many verified tokens are remembered, and for how long at most; none longer than to its `exp`. `false` remembers none.
   * @defaultValue 1000 tokens
   */
  readonly cacheConfig?: CacheConfig | false;
  /**
   * Remembers refused tokens, too, for some seconds: a client that repeats one then costs no signature check each time. They are kept
   * apart from the good ones, and what was refused with one key is checked anew with another.
   * @defaultValue none is remembered
   */
  readonly rejectedCacheConfig?: RejectedCacheConfig;
}

declare module '../strategy.js' {
  interface AuthSchemeConfigs {
    /** Verifies JSON Web Tokens. */
    jwtValidatorConfig: JwtValidatorConfig;
  }
}
