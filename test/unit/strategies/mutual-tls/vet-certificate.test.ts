import { X509Certificate } from 'node:crypto';
import { createPrincipal } from '../../../../lib/principal.js';
import { certificateCaller } from '../../../../lib/strategies/mutual-tls/find-caller.js';
import { verdictAt, vetCertificate } from '../../../../lib/strategies/mutual-tls/vet-certificate.js';
import { accepted } from '../../../../lib/strategies/strategy.js';
import { createSelfSigned } from '../../../support/certificates.js';

const GOOD = accepted(createPrincipal({ scheme: 's', method: 'mtls', username: 'alice' }));
const REQUEST = { headers: {}, rawHeaders: [] };

describe('a certificate', () => {
  let pem: string;
  beforeAll(async () => {
    pem = (await createSelfSigned({ cn: 'alice' })).certPem;
  });
  const judge = (changes: PropertyDescriptorMap) => {
    const certificate = Object.defineProperties(new X509Certificate(pem), changes);
    return verdictAt(vetCertificate(certificate, { issuers: undefined, findCaller: () => () => GOOD }), REQUEST, Date.now());
  };

  it('is good when everything about it can be read', () => {
    expect(judge({})).toBe(GOOD);
  });

  it('is refused when its key cannot be read', () => {
    const get = (): never => {
      throw new Error('unsupported');
    };
    expect(judge({ publicKey: { get } })).toEqual({ outcome: 'rejected', reason: 'weak_key' });
  });

  it.each([
    ['validTo', 'expired'],
    ['validFrom', 'not_yet_valid'],
  ])('is refused when its %s cannot be read: it is not good for ever', (field, reason) => {
    for (const value of ['', 'Bad time value', 'Jan 99 00:00:00 2030 GMT'])
      expect(judge({ [field]: { value } })).toEqual({ outcome: 'rejected', reason });
  });

  it.each(['subject', 'issuer'])('is refused when its %s cannot be read', (field) => {
    for (const value of ['alice', 'CN', '=alice']) expect(judge({ [field]: { value } })).toMatchObject({ reason: 'malformed_name' });
  });

  it('is refused when the alternative name that names the caller cannot be read', () => {
    const named = (subjectAltName: string) => {
      const certificate = Object.defineProperty(new X509Certificate(pem), 'subjectAltName', { value: subjectAltName });
      const rules = { issuers: undefined, findCaller: certificateCaller('s', 'SAN:dns') };
      return verdictAt(vetCertificate(certificate, rules), REQUEST, Date.now());
    };
    expect(named('DNS:alice.example')).toMatchObject({ principal: { username: 'alice.example' } });
    expect(named('alice.example')).toEqual({ outcome: 'rejected', reason: 'malformed_name' });
  });

  it('is good from its first moment to its last', () => {
    const vetted = { caller: () => GOOD, validFrom: 1000, validTo: 2000 };
    const reasonAt = (now: number) => {
      const verdict = verdictAt(vetted, REQUEST, now);
      return verdict.outcome === 'rejected' ? verdict.reason : verdict.outcome;
    };
    expect([999, 1000, 2000, 2001].map(reasonAt)).toEqual(['not_yet_valid', 'accepted', 'accepted', 'expired']);
  });
});
