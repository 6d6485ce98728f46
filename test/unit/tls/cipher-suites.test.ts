import { isCipherSuite, isTls13Suite, toOpenSslName } from '../../../lib/tls/cipher-suites.js';

describe('a cipher suite', () => {
  it.each([
    ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 'ECDHE-RSA-AES128-SHA'],
    ['TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384', 'ECDHE-ECDSA-AES256-SHA384'],
    ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
    ['TLS_DHE_RSA_WITH_AES_256_GCM_SHA384', 'DHE-RSA-AES256-GCM-SHA384'],
    ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-RSA-CHACHA20-POLY1305'],
    ['TLS_RSA_WITH_AES_128_CBC_SHA', 'AES128-SHA'],
    ['ECDHE-RSA-AES128-SHA', 'ECDHE-RSA-AES128-SHA'],
    ['TLS_AES_256_GCM_SHA384', 'TLS_AES_256_GCM_SHA384'],
  ])('%s is %s to OpenSSL, which has it', (iana, openSsl) => {
    expect(toOpenSslName(iana)).toBe(openSsl);
    expect(isCipherSuite(iana)).toBe(true);
  });

  it.each([
    ['TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA', 'DHE-RSA-CAMELLIA256-SHA'],
    ['TLS_RSA_WITH_ARIA_128_GCM_SHA256', 'ARIA128-GCM-SHA256'],
  ])('%s is %s to an OpenSSL that has it', (iana, openSsl) => {
    expect(toOpenSslName(iana)).toBe(openSsl);
  });

  it.each([
    ['TLS_AES_128_GCM_SHA256', true],
    ['tls_chacha20_poly1305_sha256', true],
    ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', false],
    ['ECDHE-RSA-AES128-GCM-SHA256', false],
    ['x_TLS_AES_128_GCM_SHA256', false],
  ])('%s is one of TLS 1.3: %p', (suite, expected) => {
    expect(isTls13Suite(suite)).toBe(expected);
  });

  const spoilt = [
    'xTLS_RSA_WITH_AES_128_CBC_SHA',
    'TLS_RSA_WITH_AES_128_CBC_SHA ',
    'TLS_RSA_WITH_xAES_128_CBC_SHA',
    'TLS_ECDHE_WITH_RSA_AES_128_CBC_SHA',
    'TLS_ECDHE_WITH_RSA_CHACHA20_POLY1305_SHA256',
    'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256_CBC',
  ];
  it.each([...spoilt, 'TLS_RSA_WITH_NOTHING', 'nonsense', 'HIGH', '!aNULL', '', 'TLS_AES_256_GCM_SHA384:AES128-SHA'])(
    'is not %j',
    (name) => {
      expect(isCipherSuite(name)).toBe(false);
    },
  );
});
