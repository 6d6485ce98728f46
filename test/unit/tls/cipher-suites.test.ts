import { isCipherSuite, toOpenSslName } from '../../../lib/tls/cipher-suites.js';

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

  it.each(['TLS_RSA_WITH_NOTHING', 'nonsense', 'HIGH', '!aNULL', '', 'TLS_AES_256_GCM_SHA384:AES128-SHA'])('is not %j', (name) => {
    expect(isCipherSuite(name)).toBe(false);
  });
});
