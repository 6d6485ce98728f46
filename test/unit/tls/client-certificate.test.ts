import { X509Certificate } from 'node:crypto';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { peerCertificate } from '../../../lib/tls/client-certificate.js';
import { createSelfSigned, createTestCa } from '../../support/certificates.js';

/** A TLS connection as Node describes it. */
const connection = (authorized: unknown, peer: unknown, authorizationError?: string, detailed = peer) =>
  Object.create(TLSSocket.prototype, {
    authorized: { value: authorized },
    authorizationError: { value: authorizationError },
    getPeerCertificate: { value: (isDetailed?: boolean) => (isDetailed === true ? detailed : peer) },
  }) as TLSSocket;

describe('the client certificate of a connection', () => {
  let raw: Buffer;
  let weak: Buffer;
  beforeAll(async () => {
    const both = await Promise.all([createSelfSigned({ cn: 'alice' }), createSelfSigned({ keyType: 'rsa', keySize: 1024 })]);
    [raw, weak] = both.map(({ certPem }) => new X509Certificate(certPem).raw) as [Buffer, Buffer];
  });

  it('is the one that was verified', async () => {
    const issuer = new X509Certificate((await createTestCa({ cn: 'CA' })).certPem);
    const detailed = { raw, issuerCertificate: { raw: issuer.raw } };
    const peer = peerCertificate(connection(true, { raw }, undefined, detailed));
    if (peer.kind !== 'verified') throw new Error(peer.kind);
    expect(peer.certificate.subject).toBe('CN=alice');
    expect(peer.certificate.issuerCertificate?.subject).toBe('CN=CA');
    // Without an issuer; and where the connection was lost before anybody asked for it.
    for (const later of [{ raw }, undefined, null]) {
      const alone = peerCertificate(connection(true, { raw }, undefined, later));
      expect(alone).toMatchObject({ kind: 'verified', certificate: { subject: 'CN=alice', issuerCertificate: undefined } });
    }
  });

  it.each([[undefined], [null], [{}], [{ raw: Buffer.alloc(0) }]])(
    'is none where Node says %j, even of an authorized connection',
    (peer) => {
      expect(peerCertificate(connection(true, peer))).toEqual({ kind: 'none' });
    },
  );

  it('is none without TLS', () => {
    for (const socket of [undefined, {}, new Socket()]) expect(peerCertificate(socket)).toEqual({ kind: 'none' });
  });

  it.each([false, undefined, 'true', 1])('does not count where the TLS layer has not verified it: %p', (authorized) => {
    expect(peerCertificate(connection(authorized, { raw }))).toEqual({ kind: 'unverified', reason: 'unverified' });
  });

  it.each([
    ['CERT_HAS_EXPIRED', 'expired'],
    ['CERT_NOT_YET_VALID', 'not_yet_valid'],
    ['CERT_REVOKED', 'revoked'],
    ['CRL_HAS_EXPIRED', 'revocation_list_expired'],
    ['UNABLE_TO_GET_CRL', 'revocation_list_missing'],
    ['INVALID_PURPOSE', 'wrong_purpose'],
    ['UNSPECIFIED', 'unverified'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'unverified'],
  ])('is refused for %s as %s', (code, reason) => {
    expect(peerCertificate(connection(false, { raw }, code))).toEqual({ kind: 'unverified', reason });
  });

  it('is refused for its short key where OpenSSL has no name for that', () => {
    expect(peerCertificate(connection(false, { raw: weak }, 'UNSPECIFIED'))).toMatchObject({ reason: 'weak_key' });
    expect(peerCertificate(connection(false, { raw: weak }, 'CERT_HAS_EXPIRED'))).toMatchObject({ reason: 'expired' });
  });
});
