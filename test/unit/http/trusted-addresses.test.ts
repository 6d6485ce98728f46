import { AuthConfigurationError } from '../../../lib/errors.js';
import { trustedAddresses } from '../../../lib/http/trusted-addresses.js';

const read = (...entries: string[]) => trustedAddresses(entries, 'trustedProxies');

describe('trusted addresses', () => {
  it.each([
    ['10.0.0.7', '10.0.0.7'],
    ['10.0.0.7', '::ffff:10.0.0.7'],
    ['10.0.0.0/8', '10.255.1.2'],
    ['10.0.0.0/8', '::ffff:10.1.2.3'],
    ['::1', '::1'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['fd00::/8', 'fd12:3456::1'],
    ['fe80::/10', 'fe80::1%eth0'],
    ['fe80::/10', 'fe80::1%br-0.1'],
    ['::ffff:10.0.0.7', '10.0.0.7'],
    ['::ffff:10.0.0.7', '::ffff:10.0.0.7'],
    ['::ffff:10.0.0.0/104', '10.9.9.9'],
    ['10.0.0.7/32', '10.0.0.7'],
    ['fd00::7/128', 'fd00::7'],
  ])('%s covers %s', (entry, address) => {
    expect(read('192.0.2.1', entry)(address)).toBe(true);
  });

  it.each([
    ['10.0.0.7', '10.0.0.8'],
    ['10.0.0.0/8', '11.0.0.1'],
    ['10.0.0.0/31', '10.0.0.2'],
    ['fd00::/8', 'fe00::1'],
    ['::1', '127.0.0.1'],
    ['::ffff:10.0.0.7', '10.0.0.8'],
    ['::ffff:10.0.0.0/104', '11.0.0.1'],
    ['::ffff:10.0.0.0/104', '::ffff:11.0.0.1'],
    ['10.0.0.0/8', '10.1'],
    ['10.0.0.0/8', 'localhost'],
    ['10.0.0.0/8', 'unix'],
    ['10.0.0.0/8', undefined],
  ])('%s does not cover %s', (entry, address) => {
    expect(read(entry)(address)).toBe(false);
  });

  it('may be those of Unix sockets, which have none, beside others', () => {
    expect(read('unix')('unix')).toBe(true);
    expect(read('10.0.0.7', 'unix')('10.0.0.7')).toBe(true);
    expect(read('unix')('10.0.0.7')).toBe(false);
    expect(read('unix')(undefined)).toBe(false);
  });

  it('contain no address where none is listed', () => {
    expect(read()('127.0.0.1')).toBe(false);
  });

  it.each([
    'localhost',
    '10.0.0',
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '10.0.0.0/8x',
    '',
    'fe80::1%eth0',
    '::ffff:10.0.0.0/8',
  ])('cannot be %j', (entry) => {
    expect(() => read('10.0.0.1', entry)).toThrow(AuthConfigurationError);
    expect(() => read('10.0.0.1', entry)).toThrow(/^trustedProxies\[1\]: /);
  });

  it.each([
    '10.0.0.0/1e1',
    '10.0.0.0/0x8',
    '10.0.0.0/08',
    '10.0.0.0/+8',
    '10.0.0.0/ 8',
    '10.0.0.0/8 ',
    ' 10.0.0.0/8',
    '10.0.0.0/8.0',
    '10.0.0.0/255.0.0.0',
    '010.0.0.1',
    '0x0a.0.0.1',
    '10.1',
    '167772161',
    '0/0',
    '*',
    'any',
    '[::1]',
    '10.0.0.1:80',
    '::ffff:10.0.0.0/129',
    'fe80::/10%eth0',
  ])('are written as addresses are, and not %j', (entry) => {
    expect(() => read(entry)).toThrow(/^trustedProxies\[0\]: .*(?:is not an IP address|does not exist)/);
  });

  it.each([
    ['all of IPv4', ['0.0.0.0/0', '1.2.3.4/0', '::ffff:0.0.0.0/96', '::ffff:0:0/96', '0:0:0:0:0:ffff::/96', '::FFFF:102:304/96']],
    ['more than all of IPv4', ['::ffff:0:0/95', '::ffff:1.2.3.4/80', '::/64', '::/8']],
    ['all of IPv4 as translators write it', ['64:ff9b::/96', '64:ff9b::/90', '::ffff:0:0:0/96', '2002::/16', '::/96']],
    ['half of IPv4', ['0.0.0.0/1', '128.0.0.0/1', '::ffff:0:0/97', '::ffff:128.0.0.0/97', '64:ff9b::8000:0/97', '2002:8000::/17']],
    ['all of IPv6, or half of it', ['::/0', '::1/0', '::/1', '8000::/1', 'ffff::/2']],
    ['all of the internet', ['2000::/3', '2000::/4', '64.0.0.0/2', '8.0.0.0/7']],
  ])('cannot be %s', (_, entries) => {
    for (const entry of entries) expect(() => read(entry)).toThrow(/trusts too many addresses: the widest range of trusted proxies is /);
  });

  it.each([
    ['10.0.0.0/8', '10.1.1.1'],
    ['fc00::/7', 'fdff::1'],
    ['fe80::/10', 'fe80::1'],
    ['::ffff:a00:0/104', '10.1.1.1'],
    ['::ffff:a00:7', '10.0.0.7'],
    ['10.0.0.7', '::ffff:a00:7'],
    ['64:ff9b::a00:0/104', '64:ff9b::10.1.1.1'],
    ['2002:a00::/24', '2002:a00:1::1'],
  ])('may be as wide as a network of one owner: %s covers %s', (entry, address) => {
    expect(read(entry)(address)).toBe(true);
  });
});
