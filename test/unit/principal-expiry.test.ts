import { createPrincipal } from '../../lib/principal.js';
import { expiryOf } from '../../lib/principal-expiry.js';

const certificate = { subject: 'CN=a', issuer: 'CN=b', fingerprint256: '00', serialNumber: '01', validTo: 200 };
const who = { scheme: 's', method: 'jwt', username: 'alice' };

describe('the end of a credential', () => {
  it.each([
    ['of a token', { claims: { exp: 100 } }, 100],
    ['of a certificate', { certificate }, 200],
    ['of both, whichever is earlier', { claims: { exp: 300 }, certificate }, 200],
    ['that says none', {}, undefined],
    ['that is no number', { claims: { exp: '100' } }, undefined],
  ])('is read: %s', (_, init, end) => {
    expect(expiryOf(createPrincipal({ ...who, ...init }))).toBe(end);
  });
});
