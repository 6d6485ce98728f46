/** Why no answer came. */
export type FetchFailure = 'unreachable' | 'timeout' | 'too_large' | 'unusable_answer' | 'redirect' | 'forbidden_url' | 'invalid_request';

/**
 * What the service of a client says did not arrive, or was never asked: the `TypeError` with which `fetch` rejects, and the reason. Its `code` is
 * `ERR_AUTH_FETCH_FAILED`. The message has no query string, no header and no body in it.
 */
export class FetchFailedError extends TypeError {
  /** The name of the class, as logs show it. */
  override readonly name = 'FetchFailedError';
  /** A stable identifier for programs. */
  readonly code = 'ERR_AUTH_FETCH_FAILED';

  /** @internal Clients make it. */
  constructor(
    /** The name of the client. */
    readonly client: string,
    /** Why. */
    readonly reason: FetchFailure,
    message: string,
  ) {
    super(`AuthClient "${client}": ${message}`);
  }
}
