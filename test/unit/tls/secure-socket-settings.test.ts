import { type SecureSocketConfig, secureSocket } from 'nest-service-auth';
import { loadClientTls } from '../../../lib/tls/client-tls.js';
import { createTestCa, type IssuedCertificate, type TestCa } from '../../support/certificates.js';
import { mistakeIn } from '../../support/mistake-in.js';

describe('the settings of a listener', () => {
  let ca: TestCa;
  let server: IssuedCertificate;
  let weak: IssuedCertificate;
  beforeAll(async () => {
    ca = await createTestCa({ subject: [{ O: ['Acme'] }, { CN: ['CA'] }] });
    [server, weak] = await Promise.all([ca.issue(), ca.issue({ keyType: 'rsa', keySize: 512 })]);
  });
  const keyOf = ({ certPem, keyPem }: IssuedCertificate) => ({ certFile: certPem, keyFile: keyPem });
  const optionsOf = (more: object = {}) => secureSocket({ key: keyOf(server), ...more } as SecureSocketConfig);
  const refusal = (more: object) => mistakeIn(() => optionsOf(more));

  it.each([
    { certFile: 'a' },
    { keyFile: 'a' },
    { path: 'a' },
    { password: 'a' },
    { certFile: 'a', keyFile: 'b', password: 'c' },
    { certFile: 'a', keyFile: 'b', path: 'c' },
    { path: 'a', password: 'b', certFile: 'c' },
    { path: 'a', password: 'b', keyFile: 'c' },
    { path: 'a', password: 'b', keyPassword: 'c' },
  ])('have no key that is neither PEM nor PKCS#12, or both: %j', (key) => {
    expect(refusal({ key })).toMatch(/^secureSocket.key: must have certFile and keyFile .*or path and password of a PKCS#12 file/);
  });

  it.each<[object, RegExp]>([
    [{ sessionTimeout: 0 }, /^secureSocket.sessionTimeout: must be a number of seconds above 0, and at most 86400/],
    [{ sessionTimeout: 86_401 }, /^secureSocket.sessionTimeout: /],
    [{ handshakeTimeout: -1 }, /^secureSocket.handshakeTimeout: must be a number of seconds above 0, and at most 600/],
    [{ handshakeTimeout: 601 }, /^secureSocket.handshakeTimeout: /],
    [{ ciphers: [] }, /^secureSocket.ciphers: must name a cipher suite/],
    [{ ciphers: ['AES128-SHA'], protocol: { versions: ['TLSv1.3', 'TLSv1.3'] } }, /^secureSocket.ciphers: has no cipher suite/],
    [{ mutualSsl: { cert: { path: 'a' } } }, /^secureSocket.mutualSsl.cert.password: has no value/],
    [{ mutualSsl: { cert: '' } }, /^secureSocket.mutualSsl.cert: must be the path of a PEM file/],
  ])('%j stop the boot', (more, message) => {
    expect(refusal(more)).toMatch(message);
  });

  it('may have the longest times, and a part of a second', () => {
    expect(optionsOf({ sessionTimeout: 86_400, handshakeTimeout: 600 })).toMatchObject({
      sessionTimeout: 86_400,
      handshakeTimeout: 600_000,
    });
    expect(optionsOf({ sessionTimeout: 1.2 })).toMatchObject({ sessionTimeout: 2 });
    for (const field of ['sessionTimeout', 'handshakeTimeout', 'ciphers', 'ca', 'crl', 'requestCert'])
      expect(optionsOf()).not.toHaveProperty(field);
  });

  it('may have suites of either version where both are allowed, and of several where one fits', () => {
    const [older, newer] = ['ECDHE-ECDSA-AES128-GCM-SHA256', 'TLS_AES_128_GCM_SHA256'];
    for (const more of [{}, { protocol: { versions: ['TLSv1.2', 'TLSv1.3'] } }])
      for (const suite of [older, newer]) expect(optionsOf({ ciphers: [suite], ...more }).ciphers).toBe(suite);
    for (const version of ['TLSv1.2', 'TLSv1.3'])
      expect(optionsOf({ ciphers: [older, newer], protocol: { versions: [version] } })).toMatchObject({
        ciphers: `${older}:${newer}`,
        minVersion: version,
        maxVersion: version,
      });
  });

  it('give the trusted CAs and the revocation lists one by one', async () => {
    const other = await createTestCa({ cn: 'Other' });
    const lists = [await ca.crl([]), await other.crl([])];
    const options = optionsOf({ mutualSsl: { cert: ca.certPem + other.certPem, crl: lists.join('') } });
    expect(options.ca).toHaveLength(2);
    expect(options.crl).toEqual(lists.map((list) => list.trimEnd()));
    expect(options).toMatchObject({ requestCert: true, rejectUnauthorized: true });
    expect(refusal({ mutualSsl: { cert: ca.certPem, crl: lists.join('').slice(0, -30) } })).toMatch(
      /^secureSocket.mutualSsl.crl: the PEM text is cut off/,
    );
  });

  it('name every part of a CA that cannot be trusted', async () => {
    const middle = await ca.intermediate({ subject: [{ O: ['Acme'] }, { CN: ['Middle'] }] });
    expect(refusal({ mutualSsl: { cert: middle.certPem } })).toMatch(
      /the certificate of O=Acme, CN=Middle was issued by O=Acme, CN=CA, which/,
    );
    const short = await createTestCa({ subject: [{ O: ['Acme'] }, { CN: ['Short'] }], keyType: 'rsa', keySize: 1024 });
    expect(refusal({ mutualSsl: { cert: short.certPem } })).toMatch(/the certificate of O=Acme, CN=Short has a weak key/);
  });

  it('have no key that is too short for TLS, and neither has a client', () => {
    expect(mistakeIn(() => secureSocket({ key: keyOf(weak) }))).toMatch(/^secureSocket: cannot be used for TLS: .*key too small/);
    expect(mistakeIn(() => loadClientTls({ key: keyOf(weak) }))).toMatch(/^key: cannot be used for TLS: .*key too small/);
    expect(loadClientTls({ key: keyOf(server), cert: ca.certPem }).rejectUnauthorized).toBe(true);
    expect(loadClientTls().rejectUnauthorized).toBe(true);
    expect(loadClientTls({ disable: true }).rejectUnauthorized).toBe(false);
  });
});
