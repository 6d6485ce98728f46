/** Why an exchange failed. */
export type ExchangeFailure = 'unreachable' | 'timeout' | 'too_large' | 'unusable_answer' | 'redirect';

/** An exchange that failed. The message has no query string, no header field and no body in it. */
export class ExchangeError extends Error {
  constructor(
    readonly reason: ExchangeFailure,
    { method, url }: { readonly method: string; readonly url: URL },
    what: string,
  ) {
    super(`${method} ${url.origin}${url.pathname}: ${what}`);
  }
}
