import { fieldError, within } from '../errors.js';
import { parseEndpoint } from '../outgoing/endpoint.js';
import type { AuthClientConfig } from './auth-client.config.js';
import { FetchFailedError } from './fetch-failed.error.js';

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:/i;

/** The places that a client may send its credentials to. */
export class Destination {
  private readonly base: URL | undefined;
  /** Origins any path of which may be called. */
  private readonly origins: ReadonlySet<string>;

  /**
   * @param client - the client's name.
   * @throws AuthConfigurationError with paths relative to the config.
   */
  constructor(
    private readonly client: string,
    { baseUrl, allowedOrigins = [], clientConfig }: Pick<AuthClientConfig, 'baseUrl' | 'allowedOrigins' | 'clientConfig'>,
  ) {
    this.base = baseUrl === undefined ? undefined : parseBase(baseUrl, clientConfig?.allowHttp);
    const more = allowedOrigins.map((origin, index) => parseOrigin(origin, `allowedOrigins[${index}]`, clientConfig?.allowHttp));
    this.origins = new Set(more);
  }

  /**
   * Works out what `input` means. What is no absolute URL is below `baseUrl`, whether it begins with a slash or not, and cannot leave it by `..`, in no encoding.
   * An absolute URL is below `baseUrl`, or has one of `allowedOrigins`.
   *
   * @throws FetchFailedError if it leads to another origin, or out of `baseUrl`.
   */
  resolve(input: string): URL {
    const isAbsolute = ABSOLUTE.test(input);
    const url = isAbsolute ? this.absolute(input) : this.relative(input);
    if (url.username !== '' || url.password !== '') throw this.forbidden('the URL must not contain a user name or a password');
    if (leadsUpward(url.pathname)) throw this.forbidden('the path leads upward by encoded dots or separators');
    if (isAbsolute && this.origins.has(url.origin)) return url;
    if (url.origin !== this.base?.origin) throw this.forbidden(`${url.origin} is neither the origin of baseUrl nor one of allowedOrigins`);
    if (!isBelow(url, this.base)) throw this.forbidden('the URL leads out of baseUrl');
    return url;
  }

  private absolute(input: string): URL {
    if (!URL.canParse(input)) throw this.forbidden('the URL cannot be parsed');
    const url = new URL(input);
    // Its origin is that of the URL in it.
    if (url.protocol === 'blob:') throw this.forbidden('a blob: URL cannot be called');
    return url;
  }

  private relative(input: string): URL {
    if (this.base === undefined) throw this.forbidden('a relative URL needs a baseUrl');
    const rest = input.replace(/^\/+/, '');
    return rest === '' || /^[?#]/.test(rest) ? new URL(this.base.href + rest) : new URL(withSlash(this.base.href) + rest);
  }

  private forbidden(message: string): FetchFailedError {
    return new FetchFailedError(this.client, 'forbidden_url', `${message}.`);
  }
}

function isBelow({ pathname }: URL, base: URL): boolean {
  return pathname === base.pathname || pathname.startsWith(withSlash(base.pathname));
}

function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

function parseBase(baseUrl: string, allowHttp: boolean | undefined): URL {
  const url = within('baseUrl', () => parseEndpoint(baseUrl, allowHttp));
  if (baseUrl.includes('?')) throw fieldError('baseUrl', 'must not have a query: write it with each request.');
  return url;
}

function parseOrigin(origin: string, path: string, allowHttp: boolean | undefined): string {
  const url = within(path, () => parseEndpoint(origin, allowHttp));
  if (url.href !== `${url.origin}/`) throw fieldError(path, 'must be an origin without a path: https://api.example.com');
  return url.origin;
}

/** How often a path may be encoded; what is still encoded then is refused. */
const MOST_LAYERS = 8;

/**
 * Whether a service that decodes a path once more than it should might find `..` or `.` in it. The parser of URLs resolves plain dot segments, and leaves encoded
 * separators beside them as they are (`..%2f`, `..%5c`, `%252e%252e`); parameters of a segment (`..;x`) and a NUL hide them as well.
 *
 * @param pathname - of a parsed URL.
 * @see https://url.spec.whatwg.org/#double-dot-path-segment
 */
export function leadsUpward(pathname: string): boolean {
  let path = pathname;
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    if (path.split(/[/\\]/).some(isDotSegment)) return true;
    const decoded = decodeOnce(path);
    if (decoded === path) return false;
    path = decoded;
  }
  return true;
}

function isDotSegment(segment: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what hides the dots
  return /^\.{1,2}$/.test(segment.replace(/;.*|[\x00-\x20]/gs, ''));
}

/** Old decoders know `%u002e`, too, and accept longer encodings of a character than UTF-8 allows. @see RFC 3629 §10 */
function decodeOnce(path: string): string {
  return path
    .replace(/%(?:u00)?([0-9a-f]{2})/gi, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/(?:\xc0|\xe0\x80|\xf0\x80\x80)([\xae\xaf])/g, (_sequence, last: string) => (last === '\xae' ? '.' : '/'))
    .replace(/(?:\xc1|\xe0\x81|\xf0\x80\x81)\x9c/g, '\\');
}
