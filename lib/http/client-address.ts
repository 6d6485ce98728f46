import { isIP, isIPv4 } from 'node:net';
import type { IPv6 } from 'ipaddr.js';
import { fieldError } from '../errors.js';
import type { AuthRequest } from './auth-request.js';
import { ipaddr } from './ip-address.js';
import { peerOf, UNIX_SOCKET } from './peer.js';
import { type IsTrustedAddress, trustedAddresses } from './trusted-addresses.js';

/** Finds the address under which a request is counted; undefined if it is unknown. */
export type AddressOf = (request: AuthRequest) => string | undefined;

/** What {@link clientAddress} needs. */
export interface ClientAddressOptions {
  /** The scheme's name, for messages. */
  readonly scheme: string;
  readonly trustedProxies: readonly string[];
  /** Which address is used on connections that have one. */
  readonly addressFrom: 'socket' | 'x-forwarded-for';
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
}

/** A host can choose its part of an IPv6 address: only the first four groups identify a customer. */
const NETWORK_GROUPS = 4;
const PATH = 'failedLogins.addressFrom';
const NOBODY_TRUSTED = 'trusts a header that any client can send: list the proxies that write it in trustedProxies';
const LOCKED_OUT = 'so failed logins cannot be limited by address, and anyone can lock a user out.';
const NOT_TRUSTED = `requests come over a Unix socket, which has no addresses, ${LOCKED_OUT} If the proxy sets X-Forwarded-For, add 'unix' to trustedProxies.`;
const NOT_FORWARDED = `requests come over a Unix socket without an address in X-Forwarded-For, ${LOCKED_OUT} Configure the proxy to set that header.`;

/**
 * Makes the function that finds the address of a client: that of the connection, or with `x-forwarded-for` the last one in that header
 * that does not belong to a trusted proxy. The header is read on connections from trusted proxies only: a client can write everything left
 * of that address. A Unix domain socket has no address: there the header is read if `trustedProxies` has `unix`; otherwise the first
 * request is reported.
 *
 * @throws AuthConfigurationError if the header is to be read but no proxy is trusted, or if one of the proxies is not an address or a range.
 */
export function clientAddress({ scheme, trustedProxies, addressFrom, warn }: ClientAddressOptions): AddressOf {
  const readsHeader = addressFrom === 'x-forwarded-for';
  if (readsHeader && trustedProxies.length === 0) throw fieldError(PATH, NOBODY_TRUSTED);
  const isTrusted = trustedAddresses(trustedProxies, `${PATH}: trustedProxies`);
  let isReported = false;
  const report = (problem: string) => {
    if (!isReported) warn(`${scheme}: ${problem}`);
    isReported = true;
  };
  return (request) => {
    const peer = peerOf(request.socket);
    if (peer !== UNIX_SOCKET) return network(readsHeader ? nearestStranger(peer, request, isTrusted) : peer);
    const address = network(nearestStranger(peer, request, isTrusted));
    if (address === undefined) report(isTrusted(UNIX_SOCKET) ? NOT_FORWARDED : NOT_TRUSTED);
    return address;
  };
}

/** Goes back from the connection while each hop is a trusted proxy; stops at a value that is not an address. */
function nearestStranger(peer: string | undefined, { headers }: AuthRequest, isTrusted: IsTrustedAddress): string | undefined {
  let nearest = peer;
  const hops = String(headers['x-forwarded-for'] ?? '').split(',');
  while (isTrusted(nearest)) {
    const next = withoutPort(hops.pop()?.trim() ?? '');
    if (isIP(next) === 0) break;
    nearest = next;
  }
  return nearest;
}

/** An address without its port and brackets. */
function withoutPort(hop: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
}

/** The address that identifies a customer: an IPv4 address in any notation, or an IPv6 network. */
function network(address = ''): string | undefined {
  // Node's own check first: the parser also accepts 127.1 and 0x7f000001 as addresses.
  if (isIP(address) === 0) return undefined;
  if (isIPv4(address)) return address;
  const parsed = ipaddr.IPv6.parse(address.replace(/%.*/, ''));
  return (
    embeddedIPv4(parsed) ??
    parsed.parts
      .slice(0, NETWORK_GROUPS)
      .map((group) => group.toString(16))
      .join(':')
  );
}

/** IPv4 as a dual-stack listener sees it, or as NAT64 translates it: as one /64, all of its clients would share one address. @see RFC 4291 §2.5.5.2, RFC 6052 §2.1 */
function embeddedIPv4(address: IPv6): string | undefined {
  const range = address.range();
  return range === 'ipv4Mapped' || range === 'rfc6052' ? address.toByteArray().slice(-4).join('.') : undefined;
}
