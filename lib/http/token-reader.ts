import { type AuthRequest, requestOfAuthorization } from './auth-request.js';
import {
  ABSENT,
  AUTHORIZATION,
  DEFAULT_MAX_TOKEN_LENGTH,
  isToken68,
  MALFORMED,
  readCredentials,
  readUncheckedCredentials,
  TOO_LONG,
} from './authorization.js';
import { cookieValues, decodeCookieValue } from './cookie.js';
import type { Credentials } from './credentials.js';
import { valuesOfFields } from './header-field.js';
import { isFromAllowedOrigin } from './origin.js';
import type { RouteMethods } from './route-methods.js';
import type { TokenSource } from './token-source.js';

/** Reads the bearer token of a request to a handler that is declared for `methods`; `all` where that is not known. */
export type TokenReader = (request: AuthRequest, methods?: RouteMethods) => Credentials;

/** What a {@link TokenReader} is made with. */
export interface TokenReaderOptions {
  /**
   * The longest token that is looked at, in characters.
   * @defaultValue 16384
   */
  readonly maxTokenLength?: number;
  /**
   * The origins from which a cookie counts.
   * @defaultValue none
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * The authentication schemes beside `Bearer` under which a token in `Authorization` is read, in lower case.
   * @defaultValue none
   */
  readonly moreSchemes?: readonly string[];
}

/** One source, ready to be read. */
export interface OpenSource<R extends AuthRequest = AuthRequest> {
  /** Reads the source, without a look at where the request comes from. */
  readonly read: (request: R) => Credentials;
  /** Whether browsers send it by themselves. */
  readonly isCookie: boolean;
}

const BEARER = 'bearer';
/** What may stand around a token: `Bearer`, a space, and a pair of quotes. */
const WRAPPING = BEARER.length + 1 + 2;
const BEARER_VALUE = /^bearer(?: |$)/i;

const AMBIGUOUS: Credentials = Object.freeze({ kind: 'malformed', reason: 'ambiguous_credentials' });
const CROSS_SITE: Credentials = Object.freeze({ kind: 'malformed', reason: 'cross_site_request' });

/**
 * Makes the reader of a config's token sources. The first source that has a token counts; where another one has a different token, the
 * credentials are ambiguous. A source that is there and is empty has none.
 *
 * The characters of a token in `Authorization` are not checked where that is the only source: the code that reads the token
 * checks a stricter form.
 */
export function compileTokenReader(sources: readonly TokenSource[], options: TokenReaderOptions = {}): TokenReader {
  const read = compileBearerReader(sources, options);
  const { moreSchemes = [], maxTokenLength = DEFAULT_MAX_TOKEN_LENGTH } = options;
  return moreSchemes.reduce((reader, scheme) => withScheme(scheme, reader, maxTokenLength), read);
}

/** Reads a scheme first. A token under it and another one elsewhere are ambiguous. */
function withScheme(scheme: string, others: TokenReader, maxLength: number): TokenReader {
  return (request, methods) => {
    const credentials = readCredentials(request, scheme, maxLength);
    const other = others(request, methods);
    if (credentials.kind === 'absent' || other.kind === 'malformed') return other;
    return other.kind === 'absent' || isSameToken(credentials, other) ? credentials : AMBIGUOUS;
  };
}

function compileBearerReader(sources: readonly TokenSource[], options: TokenReaderOptions): TokenReader {
  const { maxTokenLength = DEFAULT_MAX_TOKEN_LENGTH, allowedOrigins = [] } = options;
  const isDefault = sources.every((source) => 'header' in source && source.header.toLowerCase() === AUTHORIZATION);
  if (isDefault) return (request) => request.bearer ?? readUncheckedCredentials(request, BEARER, maxTokenLength);
  const read = readerOf(
    sources.map((source) => openSource(source, maxTokenLength)),
    new Set(allowedOrigins),
  );
  return (request, methods = 'all') => request.bearer ?? read(request, methods);
}

/** Makes the reader of several sources. A cookie counts in requests from `origins` alone. */
export function readerOf<R extends AuthRequest>(
  opened: readonly OpenSource<R>[],
  origins: ReadonlySet<string>,
): (request: R, methods: RouteMethods) => Credentials {
  return (request, methods) => {
    const { credentials, isCookie } = findToken(opened, request);
    return isCookie && !isFromAllowedOrigin(request, methods, origins) ? CROSS_SITE : credentials;
  };
}

/** What was found in a request, and whether it counts wherever the request comes from. */
interface Found {
  readonly credentials: Credentials;
  readonly isCookie: boolean;
}

const NOT_FOUND: Found = { credentials: ABSENT, isCookie: false };

function findToken<R extends AuthRequest>(sources: readonly OpenSource<R>[], request: R): Found {
  let found = NOT_FOUND;
  for (const { read, isCookie } of sources) {
    const credentials = read(request);
    if (credentials.kind === 'absent') continue;
    if (found === NOT_FOUND) found = { credentials, isCookie };
    else if (!isSameToken(found.credentials, credentials)) return { credentials: AMBIGUOUS, isCookie: false };
  }
  return found;
}

/** Opens a source that is a header field or a cookie. */
export function openSource(source: TokenSource, maxLength: number): OpenSource {
  if ('cookie' in source) return { read: (request) => readCookie(request, source.cookie, maxLength), isCookie: true };
  const name = source.header.toLowerCase();
  if (name === AUTHORIZATION) return { read: (request) => readCredentials(request, BEARER, maxLength), isCookie: false };
  return { read: (request) => readHeader(request, name, maxLength), isCookie: false };
}

/** Node joins several fields of a name to one value: the tokens are compared before. */
function readHeader({ headers, rawHeaders }: AuthRequest, name: string, maxLength: number): Credentials {
  const value = headers[name];
  if (value === undefined) return ABSENT;
  const values = valuesOfFields(rawHeaders, name);
  return onlyToken((values.length > 1 ? values : [value].flat()).map((each) => readTokenValue(each, maxLength)));
}

/** Browsers send a cookie of a longer path first, so that a page that may set cookies could put its token before another one. */
function readCookie({ headers: { cookie } }: AuthRequest, name: string, maxLength: number): Credentials {
  if (cookie === undefined) return ABSENT;
  return onlyToken(cookieValues(cookie, name).map((value) => readCookieValue(value, maxLength)));
}

function readCookieValue(value: string, maxLength: number): Credentials {
  if (value.length > maxLength + WRAPPING) return TOO_LONG;
  const decoded = decodeCookieValue(value);
  return decoded === undefined ? MALFORMED : readTokenValue(decoded, maxLength);
}

/** Reads a token with or without `Bearer` before it. */
export function readTokenValue(value: string, maxLength: number): Credentials {
  if (value === '') return ABSENT;
  if (BEARER_VALUE.test(value)) return readCredentials(requestOfAuthorization(value), BEARER, maxLength);
  if (value.length > maxLength) return TOO_LONG;
  return isToken68(value) ? { kind: 'present', value } : MALFORMED;
}

/** The token that is the same everywhere in a list; different ones are ambiguous. */
export function onlyToken(list: readonly Credentials[]): Credentials {
  const [first = ABSENT, ...others] = list.filter(({ kind }) => kind !== 'absent');
  return others.every((other) => isSameToken(first, other)) ? first : AMBIGUOUS;
}

function isSameToken(one: Credentials, other: Credentials): boolean {
  return one.kind === 'present' && other.kind === 'present' && one.value === other.value;
}
