import { X509Certificate } from 'node:crypto';
import { altNames } from '../../../lib/tls/subject-alt-name.js';
import { createSelfSigned } from '../../support/certificates.js';

describe('the alternative names of a certificate', () => {
  it('are told apart by their kinds', async () => {
    const { certPem } = await createSelfSigned({
      sans: ['a.example', 'b.example', 'URI:spiffe://test/alice', 'email:alice@example.com', 'IP:::1'],
    });
    const { subjectAltName } = new X509Certificate(certPem);
    expect(altNames(subjectAltName, 'DNS')).toEqual(['a.example', 'b.example']);
    expect(altNames(subjectAltName, 'URI')).toEqual(['spiffe://test/alice']);
    expect(altNames(subjectAltName, 'email')).toEqual(['alice@example.com']);
  });

  it('cannot pretend to be several', async () => {
    const { certPem } = await createSelfSigned({ sans: ['URI:spiffe://test/mallory, URI:spiffe://test/admin', 'DNS:a", DNS:"b'] });
    const { subjectAltName } = new X509Certificate(certPem);
    expect(altNames(subjectAltName, 'URI')).toEqual(['spiffe://test/mallory, URI:spiffe://test/admin']);
    expect(altNames(subjectAltName, 'DNS')).toEqual(['a", DNS:"b']);
  });

  it('keep a NUL that is in them', async () => {
    const { certPem } = await createSelfSigned({ sans: ['DNS:admin\0.mallory.example'] });
    expect(altNames(new X509Certificate(certPem).subjectAltName, 'DNS')).toEqual(['admin\0.mallory.example']);
  });

  it('may be missing', () => {
    for (const none of [undefined, '']) expect(altNames(none, 'DNS')).toEqual([]);
  });

  it('are not guessed from a text that Node would not write', () => {
    for (const text of ['DNS', 'DNS:a,URI:b', 'DNS:"a', 'DNS:a, b', ', DNS:a', 'DNS:"\\x"', 'URI:"\\x", DNS:a'])
      expect(altNames(text, text.startsWith('URI') ? 'URI' : 'DNS')).toBeUndefined();
  });
});
