import type { Socket } from 'node:net';
import { addressForwardedBy, addressOfSocket } from '../../../../lib/strategies/basic/client-address.js';

const request = (remoteAddress: string | undefined, forwarded?: string) => ({
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  rawHeaders: [],
  socket: { remoteAddress } as Socket,
});

describe('the address of a connection', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::1', '2001:db8:1:2'],
    ['2001:DB8::1', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
  ])('%s counts as %s', (address, expected) => {
    expect(addressOfSocket(request(address))).toBe(expected);
  });

  it('is not there without a connection', () => {
    expect(addressOfSocket({ headers: {}, rawHeaders: [] })).toBeUndefined();
  });

  it('is never taken from a header unless it is asked for', () => {
    expect(addressOfSocket(request('10.0.0.1', '192.0.2.7'))).toBe('10.0.0.1');
  });
});

describe('a forwarded address', () => {
  const addressOf = addressForwardedBy(['10.0.0.0/8', '2001:db8:ffff::/48', '127.0.0.1']);

  it.each([
    ['is believed from a trusted proxy', '10.0.0.1', '192.0.2.7', '192.0.2.7'],
    ['is not believed from anybody else', '192.0.2.99', '192.0.2.7', '192.0.2.99'],
    ['is the last one: what stands before it was sent by the client', '10.0.0.1', '1.1.1.1, 192.0.2.7', '192.0.2.7'],
    ['is looked for behind several trusted proxies', '10.0.0.1', '1.1.1.1, 192.0.2.7, 10.2.3.4', '192.0.2.7'],
    ['may have a port', '127.0.0.1', '192.0.2.7:5123', '192.0.2.7'],
    ['may be IPv6 in brackets', '10.0.0.1', '[2001:db8:1:2::9]:443', '2001:db8:1:2'],
    ['is the proxy where the header says nothing', '10.0.0.1', '', '10.0.0.1'],
    ['is the nearest known hop where the header is garbage', '10.0.0.1', 'unknown, 10.2.3.4', '10.2.3.4'],
    ['is the farthest proxy where all are trusted', '::ffff:10.0.0.1', '10.1.1.1', '10.1.1.1'],
  ])('%s', (_, peer, header, expected) => {
    expect(addressOf(request(peer, header))).toBe(expected);
  });

  it('is refused at boot where no proxy is trusted, or one is no address', () => {
    expect(() => addressForwardedBy([])).toThrow(/failedLogins.addressFrom: .*trustedProxies/);
    for (const proxy of ['proxy.internal', '10.0.0.0/99', '10.0.0.0/', ''])
      expect(() => addressForwardedBy(['10.0.0.1', proxy])).toThrow(/^failedLogins.addressFrom: trustedProxies\[1\]: /);
  });
});
