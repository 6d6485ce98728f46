import type { CredentialForm } from './credential-form.js';

/** A place in a request where a bearer token may be. */
export type TokenSource = HeaderTokenSource | CookieTokenSource;

/** A header field: its value is the token, with or without `Bearer` before it; in `Authorization`, `Bearer` must be there. @see RFC 6750 §2.1 */
export interface HeaderTokenSource {
  /** The name of the header field: `authorization`, `x-jwt-assertion`. */
  readonly header: string;
}

/**
 * A cookie: its value is the token. Unless the handler is declared for GET or HEAD alone, it counts only in a request from the same origin
 * or from one of `allowedOrigins`.
 */
export interface CookieTokenSource {
  /** The name of the cookie, in upper and lower case as it is set: `__Host-token`. */
  readonly cookie: string;
}

/** Where a bearer token is unless it is configured. @see RFC 6750 §2.1 */
export const DEFAULT_TOKEN_SOURCES: readonly TokenSource[] = [{ header: 'authorization' }];

/** How clients send a token that is looked for in `sources`. `format` is that of the token, where it is known: `JWT`. */
export function tokenForms(sources: readonly TokenSource[], format?: string): CredentialForm[] {
  return sources.map((source) => {
    if ('cookie' in source) return { kind: 'cookie', name: source.cookie };
    if (source.header.toLowerCase() !== 'authorization') return { kind: 'header', name: source.header };
    return { kind: 'authorization', scheme: 'bearer', ...(format !== undefined && { format }) };
  });
}
