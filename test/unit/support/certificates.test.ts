import { X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import { createSelfSigned, createTestCa, toPkcs12 } from '../../support/certificates.js';

describe('the certificates of the tests', () => {
  it('issues certificates that the CA vouches for', async () => {
    const ca = await createTestCa();
    const middle = await ca.intermediate();
    const leaf = await middle.issue({ cn: 'alice', sans: ['URI:spiffe://test/alice'] });
    const [root, between, end] = [ca, middle, leaf].map(({ certPem }) => new X509Certificate(certPem));
    expect(end!.verify(between!.publicKey)).toBe(true);
    expect(between!.verify(root!.publicKey)).toBe(true);
    expect(end!.subject).toBe('CN=alice');
    expect(end!.subjectAltName).toBe('URI:spiffe://test/alice');
  });

  it('writes revocation lists and PKCS#12 files that Node reads', async () => {
    const ca = await createTestCa();
    const crl = await ca.crl([await ca.issue()]);
    const pfx = toPkcs12(await createSelfSigned({ keyType: 'rsa' }), 'secret');
    expect(() => tls.createSecureContext({ ca: ca.certPem, crl, pfx, passphrase: 'secret' })).not.toThrow();
  });
});
