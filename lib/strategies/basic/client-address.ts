import { isIP, isIPv6 } from 'node:net';
import { AuthConfigurationError } from '../../errors.js';
import type { AuthRequest } from '../../http/auth-request.js';
import { trustedAddresses } from '../../http/trusted-addresses.js';

/** Finds out whose address a request counts for; undefined where there is no connection. */
export type AddressOf = (request: AuthRequest) => string | undefined;

const MAPPED_IPV4 = /^::ffff:(?=\d+\.)/i;
/** A host's part of an IPv6 address is its own to choose: only the first four groups tell one customer from another. */
const NETWORK_GROUPS = 4;
const PATH = 'failedLogins.addressFrom';
const NOBODY_TRUSTED = 'believes a header that anybody can send: name the proxies that write it in `trustedProxies`';

/** Takes the address from the connection. */
export const addressOfSocket: AddressOf = ({ socket }) => network(socket?.remoteAddress);

/**
 * Takes the address from `X-Forwarded-For`, on connections from trusted proxies only: the last one in it that is no
 * trusted proxy's. Everything left of that was written by whoever sent the request.
 *
 * @throws AuthConfigurationError when there are no trusted proxies, or one is not an address or a range.
 */
export function addressForwardedBy(trustedProxies: readonly string[]): AddressOf {
  if (trustedProxies.length === 0) throw new AuthConfigurationError([{ path: PATH, message: NOBODY_TRUSTED }]);
  const isTrusted = trustedAddresses(trustedProxies, `${PATH}: trustedProxies`);
  return ({ socket, headers }) => {
    const hops = [...forwardedFor(headers['x-forwarded-for']), plain(socket?.remoteAddress ?? '')];
    let nearest = hops.pop() ?? '';
    while (isIP(nearest) !== 0 && isTrusted(nearest)) {
      const next = hops.pop();
      if (next === undefined || isIP(next) === 0) break;
      nearest = next;
    }
    return network(nearest);
  };
}

function forwardedFor(header: string | readonly string[] | undefined): string[] {
  const text = typeof header === 'string' ? header : (header ?? []).join(',');
  return text.split(',').map((hop) => plain(hop.trim()));
}

/** An address without the port, the brackets or the IPv6 dress that it may come in. */
function plain(hop: string): string {
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
  return bare.replace(MAPPED_IPV4, '').replace(/%.*$/, '');
}

function network(address: string | undefined): string | undefined {
  const bare = plain(address ?? '');
  if (!isIPv6(bare)) return bare === '' ? undefined : bare;
  const [head = '', tail = ''] = bare.toLowerCase().split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === '' ? [] : tail.split(':');
  const zeros = bare.includes('::') ? Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0') : [];
  const full = [...groups, ...zeros, ...rest].slice(0, NETWORK_GROUPS);
  return full.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
