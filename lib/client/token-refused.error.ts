/**
 * A client cannot obtain a token: the token endpoint refuses the client, or the token of the caller on whose behalf it calls. Its `code` is
 * `ERR_AUTH_TOKEN_REFUSED`. The message holds no secret and no token.
 */
export class TokenRefusedError extends Error {
  /** The name of the class, as logs show it. */
  override readonly name = 'TokenRefusedError';
  /** A stable identifier for programs. */
  readonly code = 'ERR_AUTH_TOKEN_REFUSED';

  /** @internal Created by clients. */
  constructor(
    /** The name of the client. */
    readonly client: string,
    /**
     * The endpoint's error code (`invalid_client`, `invalid_grant`, …); `no_caller_token` where the caller's request had no bearer token,
     * `bound_caller_token` where its token is bound to a key of the caller.
     */
    readonly reason: string,
    message: string,
  ) {
    super(`AuthClient "${client}": ${message}`);
  }
}
