import type { AuthRequest } from './auth-request.js';
import { isSafeMethod, type RouteMethods } from './route-methods.js';

/**
 * Whether a request may use a credential that the browser sends by itself, such as a cookie: another site can make a browser send such a
 * request in the name of its user (cross-site request forgery).
 *
 * A handler for GET or HEAD alone changes nothing, and is not affected. For every other one `Sec-Fetch-Site`, which no script can write,
 * must say that the request comes from the same origin or from the user; else `Origin` must be one of `origins`. A request that has
 * neither is refused. The exception is a GET or HEAD request to a handler of every method: browsers send no `Origin` with it, and those
 * from before 2023 no `Sec-Fetch-Site`.
 *
 * @param origins - the application's own origins, and those that it allows.
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export function isFromAllowedOrigin({ headers, method }: AuthRequest, methods: RouteMethods, origins: ReadonlySet<string>): boolean {
  if (methods === 'safe') return true;
  const { 'sec-fetch-site': site, origin } = headers;
  if (site === 'same-origin' || site === 'none') return true;
  if (origin !== undefined) return origins.has(origin);
  return site === undefined && methods === 'all' && isSafeMethod(method);
}

/**
 * Whether a request may use a credential that browsers send by themselves and other clients send too: a password, a client certificate.
 *
 * What `Sec-Fetch-Site` and `Origin` say counts as for a cookie. A request that has neither comes from no browser, and is admitted, unless
 * it is GET or HEAD: browsers send `Origin` with every other method and with every upgrade to WebSocket.
 *
 * @see https://fetch.spec.whatwg.org/#origin-header
 */
export function mayUseAmbientCredentials(request: AuthRequest, origins: ReadonlySet<string>): boolean {
  const { headers, method } = request;
  const isSilent = headers['sec-fetch-site'] === undefined && headers.origin === undefined;
  if (isSilent) return !isSafeMethod(method) || headers.upgrade !== undefined;
  return isFromAllowedOrigin(request, 'unsafe', origins);
}

/** The origin of an absolute `http:` or `https:` URL without credentials, query and fragment; undefined for anything else. @see RFC 6454 §6.2 */
export function originOfUrl(text: string): string | undefined {
  if (!/^https?:\/\/[^/?#\\@\s*]+(?:\/[^?#\\\s]*)?$/i.test(text)) return undefined;
  return URL.canParse(text) ? new URL(text).origin : undefined;
}

/**
 * An origin as browsers write it in `Origin`: `https://app.example.com`, and with a scheme of an application's own
 * `capacitor://localhost`; undefined for anything else, such as a URL with a path, `*` and `null`. @see RFC 6454 §7
 */
export function readOrigin(text: string): string | undefined {
  if (!/^[a-z][a-z\d+.-]*:\/\/[^/?#\\@\s*]+$/i.test(text)) return undefined;
  return /^https?:/i.test(text) ? originOfUrl(text) : text.toLowerCase();
}

/** The origins from which what browsers send by themselves counts: the application's own, and those that it allows. */
export function originsOf({
  publicUrl,
  allowedOrigins,
}: {
  readonly publicUrl: readonly string[];
  readonly allowedOrigins: readonly string[];
}): string[] {
  return [...publicUrl.map(originOfUrl), ...allowedOrigins.map(readOrigin)].filter((origin) => origin !== undefined);
}
