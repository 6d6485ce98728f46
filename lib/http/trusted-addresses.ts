import { BlockList, isIP } from 'node:net';
import type { IPv4, IPv6 } from 'ipaddr.js';
import { AuthConfigurationError, type ConfigurationProblem } from '../errors.js';
import { ipaddr } from './ip-address.js';
import { UNIX_SOCKET } from './peer.js';

/** Tells whether an address is one of those that are trusted. */
export type IsTrustedAddress = (address: string | undefined) => boolean;

type Address = IPv4 | IPv6;

/** A range of addresses: all that begin with the first `prefix` bits of `address`. */
interface Range {
  readonly address: Address;
  readonly prefix: number;
}

/** The shortest prefix that a network may have: 10.0.0.0/8 and fc00::/7 are the widest that belong to one owner. */
const WIDEST = { ipv4: 8, ipv6: 7 } as const;

/** Networks of IPv6 that hold every address of IPv4. @see RFC 4291 §2.5.5, RFC 6052 §2.1, RFC 6145 §2.2, RFC 3056 §2 */
const HOLDS_IPV4: readonly Range[] = ['::/96', '::ffff:0:0/96', '64:ff9b::/96', '::ffff:0:0:0/96', '2002::/16'].map((text) => {
  const [address, prefix] = ipaddr.parseCIDR(text);
  return { address, prefix };
});

/**
 * Reads a list of addresses and CIDR ranges, IPv4 and IPv6; `unix` stands for connections over a Unix domain socket.
 *
 * @param path - names the list in messages.
 * @throws AuthConfigurationError naming every entry that is wrong.
 * @see RFC 4632 §3.1, RFC 4291 §2.3
 */
export function trustedAddresses(entries: readonly string[], path: string): IsTrustedAddress {
  const list = new BlockList();
  const problems: ConfigurationProblem[] = entries.flatMap((entry, index) => {
    const message = entry === UNIX_SOCKET ? undefined : addEntry(list, entry);
    return message === undefined ? [] : [{ path: `${path}[${index}]`, message: `"${entry}" ${message}` }];
  });
  if (problems.length > 0) throw new AuthConfigurationError(problems);
  const trustsUnixSocket = entries.includes(UNIX_SOCKET);
  return (address) => {
    if (address === UNIX_SOCKET) return trustsUnixSocket;
    // A link-local address names its interface too: fe80::1%eth0.
    const bare = address?.replace(/%.*/, '') ?? '';
    const family = isIP(bare);
    return family !== 0 && list.check(bare, family === 6 ? 'ipv6' : 'ipv4');
  };
}

function addEntry(list: BlockList, entry: string): string | undefined {
  const [text = '', prefixText, ...more] = entry.split('/');
  // Node's check first: ipaddr.js takes octal and hexadecimal numbers, and addresses of less than four.
  if (isIP(text) === 0 || text.includes('%') || more.length > 0)
    return 'is not an IP address or a CIDR range, as 10.0.0.7, 10.0.0.0/8 or fd00::/8.';
  const range = rangeOf(ipaddr.parse(text), prefixText);
  if (range === undefined) return 'has a prefix length that does not exist.';
  const { address, prefix } = range;
  if (isTooWide(range))
    return `trusts too many addresses: the widest range of trusted proxies is /${WIDEST.ipv4} for IPv4 and /${WIDEST.ipv6} for IPv6. List the addresses of your own proxies.`;
  list.addSubnet(address.toString(), prefix, address.kind());
  return undefined;
}

/** The range that is meant; undefined where the prefix is not valid. */
function rangeOf(address: Address, prefixText: string | undefined): Range | undefined {
  const bits = address.kind() === 'ipv6' ? 128 : 32;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (prefixText !== undefined && (!/^(?:0|[1-9]\d{0,2})$/.test(prefixText) || prefix > bits)) return undefined;
  return { address, prefix };
}

/** Two ranges may together contain all addresses: no range may be wider than the network of one owner, in every spelling. */
function isTooWide(range: Range): boolean {
  if (range.prefix < WIDEST[range.address.kind()]) return true;
  return HOLDS_IPV4.some((holder) => range.prefix < holder.prefix + WIDEST.ipv4 && overlaps(range, holder));
}

function overlaps(one: Range, other: Range): boolean {
  return one.address.kind() === other.address.kind() && one.address.match(other.address, Math.min(one.prefix, other.prefix));
}
