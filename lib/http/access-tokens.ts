/** The access tokens that an authenticator accepts, for the metadata of the protected resource. @see RFC 9728 §2 */
export interface AccessTokens {
  /** The issuers, as far as they are known by name. */
  readonly issuers: readonly string[];
  /** How tokens that are bound to a key are accepted; undefined where they are not. @see RFC 9449 */
  readonly dpop?: {
    /** The algorithms of proofs. */
    readonly algorithms: readonly string[];
    /** Whether tokens without a proof are refused. */
    readonly isRequired: boolean;
  };
  /** Whether tokens that are not bound to a client certificate are refused. @see RFC 8705 */
  readonly isCertificateBound?: boolean;
}
