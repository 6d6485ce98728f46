import { fieldError, within } from '../errors.js';
import { parseEndpoint } from '../outgoing/endpoint.js';
import type { AuthClientConfig } from './auth-client.config.js';
import { FetchFailedError } from './fetch-failed.error.js';
import { leadsUpward } from './leads-upward.js';

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
    return new URL(input);
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
  if (url.search !== '' || baseUrl.includes('?')) throw fieldError('baseUrl', 'must not have a query: write it with each request.');
  return url;
}

function parseOrigin(origin: string, path: string, allowHttp: boolean | undefined): string {
  const url = within(path, () => parseEndpoint(origin, allowHttp));
  if (url.href !== `${url.origin}/`) throw fieldError(path, 'must be an origin without a path: https://api.example.com');
  return url.origin;
}
