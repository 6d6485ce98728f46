import type { Socket } from 'node:net';
import { type AddressOf, type ClientAddressOptions, clientAddress } from '../../../lib/http/client-address.js';

const request = (remoteAddress: string | undefined, forwarded?: string | string[], more: object = {}) => ({
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded as string },
  rawHeaders: [],
  socket: { remoteAddress, ...more } as Socket,
});

/** A connection that was accepted by a server that listens on a path. */
const overUnixSocket = (forwarded?: string | string[]) => request(undefined, forwarded, { server: { address: () => '/run/app.sock' } });

function setUp(options: Partial<ClientAddressOptions>): { addressOf: AddressOf; warnings: string[] } {
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  return { addressOf: clientAddress({ scheme: 'users', trustedProxies: [], addressFrom: 'socket', warn, ...options }), warnings };
}

describe('the address of a connection', () => {
  const { addressOf } = setUp({ trustedProxies: ['10.0.0.1'] });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['0:0:0:0:0:FFFF:C000:0207', '192.0.2.7'],
    ['64:ff9b::192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::1', '2001:db8:1:2'],
    ['2001:DB8::1', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['fe80::1%br-0.1', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
  ])('%s counts as %s', (address, expected) => {
    expect(addressOf(request(address))).toBe(expected);
  });

  it('is not there without a connection', () => {
    expect(addressOf({ headers: {}, rawHeaders: [] })).toBeUndefined();
  });

  it('is never taken from a header unless it is asked for', () => {
    expect(setUp({ trustedProxies: ['10.0.0.1'] }).addressOf(request('10.0.0.1', '192.0.2.7'))).toBe('10.0.0.1');
  });
});

describe('a forwarded address', () => {
  const { addressOf } = setUp({ addressFrom: 'x-forwarded-for', trustedProxies: ['10.0.0.0/8', '2001:db8:ffff::/48', '127.0.0.1'] });

  it.each([
    ['is believed from a trusted proxy', '10.0.0.1', '192.0.2.7', '192.0.2.7'],
    ['is not believed from anybody else', '192.0.2.99', '192.0.2.7', '192.0.2.99'],
    ['is the last one: what stands before it was sent by the client', '10.0.0.1', '1.1.1.1, 192.0.2.7', '192.0.2.7'],
    ['is looked for behind several trusted proxies', '10.0.0.1', '1.1.1.1, 192.0.2.7, 10.2.3.4', '192.0.2.7'],
    ['is looked for in several fields', '10.0.0.1', ['1.1.1.1, 192.0.2.7', '10.2.3.4'], '192.0.2.7'],
    ['may have a port', '127.0.0.1', '192.0.2.7:5123', '192.0.2.7'],
    ['may be IPv6 in brackets', '10.0.0.1', '[2001:db8:1:2::9]:443', '2001:db8:1:2'],
    ['may be IPv6 with the name of an interface', '10.0.0.1', 'fe80::9%eth0', 'fe80:0:0:0'],
    ['may be IPv4 in the dress of IPv6', '10.0.0.1', '::ffff:c000:207', '192.0.2.7'],
    ['may be IPv6 in brackets without a port', '10.0.0.1', '[2001:db8:1:2::9]', '2001:db8:1:2'],
    ['is none with anything before the brackets', '10.0.0.1', 'x[2001:db8:1:2::9]:443', '10.0.0.1'],
    ['is none with anything behind the port of IPv6', '10.0.0.1', '[2001:db8:1:2::9]:443x', '10.0.0.1'],
    ['is none with anything behind the port of IPv4', '10.0.0.1', '192.0.2.7:51x', '10.0.0.1'],
    ['is the proxy where the header says nothing', '10.0.0.1', '', '10.0.0.1'],
    ['is the nearest known hop where the header is garbage', '10.0.0.1', 'unknown, 10.2.3.4', '10.2.3.4'],
    ['is the proxy where the header has what only looks like an address', '10.0.0.1', '127.1', '10.0.0.1'],
    ['is the proxy where the header has the word for a Unix socket', '10.0.0.1', '192.0.2.7, unix', '10.0.0.1'],
    ['is the farthest proxy where all are trusted', '::ffff:10.0.0.1', '10.1.1.1', '10.1.1.1'],
  ])('%s', (_, peer, header, expected) => {
    expect(addressOf(request(peer, header))).toBe(expected);
  });

  it('is not taken from the header of RFC 7239, which is not configured', () => {
    const headers = { forwarded: 'for=192.0.2.7', 'x-forwarded-for': '192.0.2.8' };
    expect(addressOf({ ...request('10.0.0.1'), headers })).toBe('192.0.2.8');
  });

  it('is refused at boot where no proxy is trusted, or one is no address', () => {
    const make = (...trustedProxies: string[]) => setUp({ addressFrom: 'x-forwarded-for', trustedProxies });
    expect(() => make()).toThrow(/failedLogins.addressFrom: .*trustedProxies/);
    for (const proxy of ['proxy.internal', '10.0.0.0/99', '10.0.0.0/', ''])
      expect(() => make('10.0.0.1', proxy)).toThrow(/^failedLogins.addressFrom: trustedProxies\[1\]: /);
  });
});

describe('the address of a client behind a Unix socket', () => {
  it.each(['socket', 'x-forwarded-for'] as const)(
    'is the forwarded one where the socket is trusted, with addressFrom %s',
    (addressFrom) => {
      const { addressOf, warnings } = setUp({ addressFrom, trustedProxies: ['unix'] });
      expect(addressOf(overUnixSocket('1.1.1.1, 192.0.2.7'))).toBe('192.0.2.7');
      expect(warnings).toEqual([]);
    },
  );

  it('goes back over other trusted proxies', () => {
    const { addressOf } = setUp({ addressFrom: 'x-forwarded-for', trustedProxies: ['unix', '10.0.0.0/8'] });
    expect(addressOf(overUnixSocket('192.0.2.7, 10.0.0.9'))).toBe('192.0.2.7');
  });

  it('is unknown where the socket is not trusted, which is reported once with the cure', () => {
    const { addressOf, warnings } = setUp({ addressFrom: 'x-forwarded-for', trustedProxies: ['127.0.0.1'] });
    for (let each = 0; each < 3; each++) expect(addressOf(overUnixSocket('192.0.2.7'))).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/^users: requests come over a Unix socket.*add 'unix' to trustedProxies/)]);
  });

  it('is unknown where the proxy sends none, which is reported once', () => {
    const { addressOf, warnings } = setUp({ trustedProxies: ['unix'] });
    for (const header of [undefined, '', 'unknown']) expect(addressOf(overUnixSocket(header))).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('Configure the proxy')]);
  });

  it('is not believed from a TCP connection whose address is gone', () => {
    const { addressOf } = setUp({ addressFrom: 'x-forwarded-for', trustedProxies: ['unix'] });
    const reset = request(undefined, '192.0.2.7', { server: { address: () => ({ address: '0.0.0.0', family: 'IPv4', port: 80 }) } });
    expect(addressOf(reset)).toBeUndefined();
    expect(addressOf(request(undefined, '192.0.2.7'))).toBeUndefined();
  });
});
