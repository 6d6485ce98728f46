const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** The path at which the metadata of a protected resource is served: the well-known one, with the path of the resource after it. @see RFC 9728 §3.1 */
export function metadataPathOf(resource: string): string {
  const { pathname } = new URL(resource);
  return pathname === '/' ? WELL_KNOWN : `${WELL_KNOWN}${pathname}`;
}

/** The URL at which clients find the metadata of a protected resource. @see RFC 9728 §3.1 */
export function metadataUrlOf(resource: string): string {
  return `${new URL(resource).origin}${metadataPathOf(resource)}`;
}

/**
 * The audiences that name a resource: its URL, and where that has no path the same URL with the slash that clients write there.
 *
 * @see RFC 3986 §6.2.3, RFC 8707 §2
 */
export function audiencesOf(resource: string): readonly string[] {
  const { href, origin, pathname } = new URL(resource);
  return pathname === '/' ? [...new Set([resource, origin, href])] : [resource];
}
