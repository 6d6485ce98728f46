import { X509Certificate } from 'node:crypto';
import { matchesIssuer, parseIssuerPin } from '../../../../lib/strategies/mutual-tls/issuer-pin.js';
import { parseCertificateName } from '../../../../lib/tls/distinguished-name.js';
import { createSelfSigned, createTestCa } from '../../../support/certificates.js';

const pinOf = (pem: string) => {
  const pin = parseIssuerPin(new X509Certificate(pem).fingerprint256);
  if (pin === undefined) throw new Error('no pin');
  return pin;
};

/** A client's certificate with what the client sent as its issuer's. */
const sentWith = (pem: string, issuerPem: string | undefined, changes: PropertyDescriptorMap = {}) => {
  const sent = issuerPem === undefined ? undefined : Object.defineProperties(new X509Certificate(issuerPem), changes);
  const certificate = Object.defineProperty(new X509Certificate(pem), 'issuerCertificate', { value: sent });
  return { certificate, issuer: parseCertificateName(certificate.issuer) ?? [] };
};

describe('an issuer that is pinned by its fingerprint', () => {
  it('must have signed the certificate', async () => {
    const [pinned, impostor] = await Promise.all([createTestCa({ cn: 'CA' }), createTestCa({ cn: 'CA' })]);
    const [good, forged] = await Promise.all([pinned.issue({ cn: 'alice' }), impostor.issue({ cn: 'alice' })]);
    expect(matchesIssuer(sentWith(good.certPem, pinned.certPem), pinOf(pinned.certPem))).toBe(true);
    expect(matchesIssuer(sentWith(forged.certPem, pinned.certPem), pinOf(pinned.certPem))).toBe(false);
    expect(matchesIssuer(sentWith(forged.certPem, impostor.certPem), pinOf(pinned.certPem))).toBe(false);
  });

  it('must have the name that the certificate calls its issuer by', async () => {
    const ca = await createTestCa({ cn: 'CA' });
    const { certPem } = await ca.issue({ cn: 'alice' });
    expect(matchesIssuer(sentWith(certPem, ca.certPem, { subject: { value: 'CN=Other CA' } }), pinOf(ca.certPem))).toBe(false);
  });

  it('must have come with the certificate, which is not its own issuer unless it signed itself', async () => {
    const ca = await createTestCa({ cn: 'twin' });
    const [leaf, twin] = await Promise.all([ca.issue({ cn: 'alice' }), ca.issue({ cn: 'twin' })]);
    expect(matchesIssuer(sentWith(leaf.certPem, undefined), pinOf(ca.certPem))).toBe(false);
    for (const { certPem } of [leaf, twin]) expect(matchesIssuer(sentWith(certPem, ca.certPem), pinOf(certPem))).toBe(false);
    const own = await createSelfSigned({ cn: 'self' });
    expect(matchesIssuer(sentWith(own.certPem, undefined), pinOf(own.certPem))).toBe(true);
  });
});
