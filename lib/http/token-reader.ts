import type { AuthRequest } from './auth-request.js';
import {
  ABSENT,
  AUTHORIZATION,
  type Credentials,
  DEFAULT_MAX_TOKEN_LENGTH,
  isToken68,
  MALFORMED,
  readCredentials,
  readUncheckedCredentials,
  TOO_LONG,
} from './authorization.js';
import { cookieValues, decodeCookieValue } from './cookie.js';
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
}

/** Reads one source, without a look at where the request comes from. */
type SourceReader = (request: AuthRequest) => Credentials;

/** One source, ready to be read. */
interface OpenSource {
  readonly read: SourceReader;
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
 * The characters of a token in `Authorization` are not checked where that is the only source: whoever reads the token has a stricter
 * form of its own.
 */
export function compileTokenReader(sources: readonly TokenSource[], options: TokenReaderOptions = {}): TokenReader {
  const { maxTokenLength = DEFAULT_MAX_TOKEN_LENGTH, allowedOrigins = [] } = options;
  const isDefault = sources.every((source) => 'header' in source && source.header.toLowerCase() === AUTHORIZATION);
  if (isDefault) return (request) => readUncheckedCredentials(request, BEARER, maxTokenLength);
  const opened = sources.map((source) => openSource(source, maxTokenLength));
  const origins = new Set(allowedOrigins);
  return (request, methods = 'all') => {
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

function findToken(sources: readonly OpenSource[], request: AuthRequest): Found {
  let found = NOT_FOUND;
  for (const { read, isCookie } of sources) {
    const credentials = read(request);
    if (credentials.kind === 'absent') continue;
    if (found === NOT_FOUND) found = { credentials, isCookie };
    else if (!isSameToken(found.credentials, credentials)) return { credentials: AMBIGUOUS, isCookie: false };
  }
  return found;
}

function openSource(source: TokenSource, maxLength: number): OpenSource {
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
  return onlyToken((values.length > 1 ? values : [value].flat()).map((each) => readValue(each, maxLength)));
}

/** Browsers send a cookie of a longer path first, so that whoever may set one could put a token before another. */
function readCookie({ headers: { cookie } }: AuthRequest, name: string, maxLength: number): Credentials {
  if (cookie === undefined) return ABSENT;
  return onlyToken(cookieValues(cookie, name).map((value) => readCookieValue(value, maxLength)));
}

function readCookieValue(value: string, maxLength: number): Credentials {
  if (value.length > maxLength + WRAPPING) return TOO_LONG;
  const decoded = decodeCookieValue(value);
  return decoded === undefined ? MALFORMED : readValue(decoded, maxLength);
}

/** A token with or without `Bearer` before it. */
function readValue(value: string, maxLength: number): Credentials {
  if (value === '') return ABSENT;
  if (BEARER_VALUE.test(value)) return readCredentials({ headers: { authorization: value }, rawHeaders: [] }, BEARER, maxLength);
  if (value.length > maxLength) return TOO_LONG;
  return isToken68(value) ? { kind: 'present', value } : MALFORMED;
}

/** What is the same everywhere in a list; what is different is ambiguous. */
function onlyToken(list: readonly Credentials[]): Credentials {
  const [first = ABSENT, ...others] = list.filter(({ kind }) => kind !== 'absent');
  return others.every((other) => isSameToken(first, other)) ? first : AMBIGUOUS;
}

function isSameToken(one: Credentials, other: Credentials): boolean {
  return one.kind === 'present' && other.kind === 'present' && one.value === other.value;
}
