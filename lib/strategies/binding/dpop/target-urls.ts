import type { AuthRequest } from '../../../http/auth-request.js';
import { peerOf } from '../../../http/peer.js';
import { trustedAddresses } from '../../../http/trusted-addresses.js';

/** Where clients reach the application, and which proxies say by which of the places they did. */
export interface PublicPlaces {
  /** The URLs; a path in one stands before the path of each request. */
  readonly publicUrl: readonly string[];
  readonly trustedProxies: readonly string[];
}

interface Base {
  readonly host: string;
  /** As it stands in a URL: `https:`. */
  readonly protocol: string;
  /** Without a slash at its end. */
  readonly href: string;
}

/** A backslash, or a segment of dots: a URL with one becomes another URL when it is parsed, and the router may read it as it is. */
const CHANGED_BY_PARSING = /\\|\/(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * The URLs by which clients may call the application. The names come from the configuration alone: with a name from `Host`, another
 * server could replay here what it received. @see RFC 9449 §4.3 (9), RFC 3986 §6.2
 */
export class TargetUrls {
  private readonly bases: readonly Base[];
  private readonly isTrusted: (address: string | undefined) => boolean;

  constructor({ publicUrl, trustedProxies }: PublicPlaces) {
    this.bases = publicUrl.map((url) => {
      const { host, protocol, href } = new URL(url);
      return { host, protocol, href: href.replace(/\/+$/, '') };
    });
    this.isTrusted = trustedAddresses(trustedProxies, 'trustedProxies');
  }

  /** Whether there is any. */
  get areKnown(): boolean {
    return this.bases.length > 0;
  }

  /** The normalized URLs that a request may have been sent to, without query and fragment; none if its target is not a path that stays as it is. */
  of(request: AuthRequest): readonly string[] {
    const target = request.originalUrl ?? request.url ?? '';
    const path = target.replace(/[?#].*/s, '');
    if (!path.startsWith('/') || CHANGED_BY_PARSING.test(path)) return [];
    return this.basesOf(request).flatMap(({ href }) => normalizedUrl(href + path) ?? []);
  }

  /** A trusted proxy chooses among the configured names. A name that is not one of them chooses nothing. */
  private basesOf({ headers, socket }: AuthRequest): readonly Base[] {
    if (!this.isTrusted(peerOf(socket))) return this.bases;
    const [host, protocol] = [lastOf(headers['x-forwarded-host']), lastOf(headers['x-forwarded-proto'])];
    const chosen = this.bases.filter((base) => base.host === host && (protocol === undefined || base.protocol === `${protocol}:`));
    return chosen.length === 0 ? this.bases : chosen;
  }
}

/** The value that the nearest proxy wrote. */
function lastOf(field: string | readonly string[] | undefined): string | undefined {
  return field === undefined ? undefined : String(field).split(',').at(-1)?.trim().toLowerCase();
}

/**
 * A URL in the form in which equal ones are the same text: no query, no fragment, no default port, lower case where it does not matter,
 * no dot segments, no escapes of characters that need none. Undefined for what is not an `http:` or `https:` URL without credentials.
 *
 * @see RFC 3986 §6.2.2 and §6.2.3
 */
export function normalizedUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, username, password, host, pathname } = new URL(text);
  if ((protocol !== 'https:' && protocol !== 'http:') || username !== '' || password !== '') return undefined;
  return `${protocol}//${host}${pathname.replaceAll(/%[0-9a-f]{2}/gi, unescaped)}`;
}

function unescaped(triplet: string): string {
  const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
  return /[A-Za-z0-9\-._~]/.test(character) ? character : triplet.toUpperCase();
}
