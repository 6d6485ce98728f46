import { BlockList, isIP } from 'node:net';
import { AuthConfigurationError, type ConfigurationProblem } from '../errors.js';
import { UNIX_SOCKET } from './peer.js';

/** Tells whether an address is one of those that are trusted. */
export type IsTrustedAddress = (address: string | undefined) => boolean;

/** An IPv4 address in IPv6's dress, as a dual-stack listener sees it. @see RFC 4291 §2.5.5.2 */
const MAPPED_IPV4 = /^::ffff:(?=\d+\.\d+\.\d+\.\d+)/i;

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
    const bare = address?.replace(/%.*$/, '') ?? '';
    const family = isIP(bare);
    return family !== 0 && list.check(bare, family === 6 ? 'ipv6' : 'ipv4');
  };
}

function addEntry(list: BlockList, entry: string): string | undefined {
  const [text = '', prefixText, ...more] = entry.split('/');
  const address = text.replace(MAPPED_IPV4, '');
  const family = isIP(address);
  if (family === 0 || text.includes('%') || more.length > 0)
    return 'is not an IP address or a CIDR range, as 10.0.0.7, 10.0.0.0/8 or fd00::/8.';
  const type = family === 6 ? 'ipv6' : 'ipv4';
  if (prefixText === undefined) {
    list.addAddress(address, type);
    return undefined;
  }
  const prefix = Number(prefixText) - (address === text ? 0 : 96);
  if (!/^\d{1,3}$/.test(prefixText) || prefix < 0 || prefix > (family === 6 ? 128 : 32)) return 'has a prefix length that does not exist.';
  if (prefix === 0) return 'trusts every address there is.';
  list.addSubnet(address, prefix, type);
  return undefined;
}
