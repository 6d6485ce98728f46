/** Why no answer came. */
export type FetchFailure = 'unreachable' | 'timeout' | 'too_large' | 'unusable_answer' | 'redirect' | 'forbidden_url' | 'invalid_request';

/**
 * No answer of the service arrived, or the request was not made: the `TypeError` with which `fetch` rejects, and the reason. Its `code` is
 * `ERR_AUTH_FETCH_FAILED`. The message has no query string, no header and no body in it.
 */
export class FetchFailedError extends TypeError {
  /** The name of the class, as logs show it. */
  override readonly name = 'FetchFailedError';
  /** A stable identifier for programs. */
  readonly code = 'ERR_AUTH_FETCH_FAILED';

  /** @internal Created by clients. */
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
