/** What is revoked: one token, the tokens of one session, or the tokens of one subject that are older than a moment. */
export type Revocation = TokenRevocation | SessionRevocation | SubjectRevocation;

/** The part that every revocation may have. */
interface OfIssuer {
  /**
   * The issuer whose tokens are meant, as their `iss` has it: needed where several issuers might give the same name to different things.
   * @defaultValue tokens of every issuer
   */
  readonly issuer?: string;
}

/** Revokes one token. @see RFC 7519 §4.1.7 */
export interface TokenRevocation extends OfIssuer {
  /** The `jti` of the token. */
  readonly jti: string;
  /**
   * When the token expires, in seconds since the epoch: the revocation is forgotten then.
   * @defaultValue now and `revocation.maxTokenLifetime`
   */
  readonly expiresAt?: number;
}

/** Revokes the tokens of one session. @see OpenID Connect Front-Channel Logout 1.0 §3 */
export interface SessionRevocation extends OfIssuer {
  /** The `sid` of the tokens. */
  readonly sid: string;
}

/** Revokes tokens of one subject: those that were issued before a moment, and those that have no `iat`. */
export interface SubjectRevocation extends OfIssuer {
  /** The `sub` of the tokens. */
  readonly sub: string;
  /**
   * Tokens that were issued before this moment are refused, in seconds since the epoch; it is rounded up, as `iat` is rounded down.
   * @defaultValue now
   */
  readonly issuedBefore?: number;
}

/** How revocations are kept. */
export interface RevocationConfig {
  /**
   * What is done with a caller whose token might have been revoked, while the shared state is unavailable: `'refuse'` answers 503,
   * `'admit'` decides by the revocations that this process knows.
   */
  readonly onUnavailable: 'refuse' | 'admit';
  /**
   * Seconds that tokens live at most: a revocation without an end of its own is forgotten after as many.
   * @defaultValue 86400
   */
  readonly maxTokenLifetime?: number;
}
