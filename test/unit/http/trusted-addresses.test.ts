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
    ['::ffff:10.0.0.7', '10.0.0.7'],
    ['::ffff:10.0.0.0/104', '10.9.9.9'],
  ])('%s covers %s', (entry, address) => {
    expect(read('192.0.2.1', entry)(address)).toBe(true);
  });

  it.each([
    ['10.0.0.7', '10.0.0.8'],
    ['10.0.0.0/8', '11.0.0.1'],
    ['10.0.0.0/31', '10.0.0.2'],
    ['fd00::/8', 'fe00::1'],
    ['::1', '127.0.0.1'],
    ['10.0.0.0/8', 'unix'],
    ['10.0.0.0/8', undefined],
  ])('%s does not cover %s', (entry, address) => {
    expect(read(entry)(address)).toBe(false);
  });

  it('are nobody where none is listed', () => {
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

  it.each(['0.0.0.0/0', '::/0'])('cannot be everybody (%s)', (entry) => {
    expect(() => read(entry)).toThrow(/trusts every address/);
  });
});
