import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OutgoingRequest } from '../../../lib/outgoing/outgoing-client.js';
import { createSelfSigned, createTestCa, type IssuedCertificate, type TestCa, toPkcs12, toTrustStore } from '../../support/certificates.js';
import { failureOf, workshop } from './setup.js';

const GET: OutgoingRequest = { method: 'GET' };

describe('an outgoing client over TLS', () => {
  const { clientOf, serve, close } = workshop();
  afterEach(close);

  let ca: TestCa;
  let server: IssuedCertificate;
  const answerOk: RequestListener = (_request, response) => response.end('ok');
  const tlsOf = ({ certPem, keyPem }: IssuedCertificate, more: object = {}) => ({ cert: certPem, key: keyPem, ...more });
  beforeAll(async () => {
    ca = await createTestCa();
    server = await ca.issue();
  });

  it('trusts the CA of the config', async () => {
    const { url } = await serve(answerOk, tlsOf(server));
    const other = await createTestCa({ cn: 'Other CA' });
    const { body } = await clientOf({ secureSocket: { cert: `${other.certPem}\n${ca.certPem}` } }).request(url, GET);
    expect(body.toString()).toBe('ok');
  });

  it('does not trust a CA that only the server knows', async () => {
    const { url } = await serve(answerOk, tlsOf(server));
    expect((await failureOf(clientOf().request(url, GET))).message).toMatch(/CA that is not trusted.*UNABLE_TO_/);
  });

  it('trusts a pinned certificate without its CA', async () => {
    const { url } = await serve(answerOk, tlsOf(server));
    expect((await clientOf({ secureSocket: { cert: server.certPem } }).request(url, GET)).status).toBe(200);
    const twin = await ca.issue();
    expect((await failureOf(clientOf({ secureSocket: { cert: twin.certPem } }).request(url, GET))).message).toContain('not trusted');
  });

  it('trusts a pinned self-signed certificate', async () => {
    const alone = await createSelfSigned();
    const { url } = await serve(answerOk, tlsOf(alone));
    expect((await clientOf({ secureSocket: { cert: alone.certPem } }).request(url, GET)).status).toBe(200);
  });

  it('refuses a certificate for another host, pinned or not', async () => {
    const elsewhere = await ca.issue({ sans: ['elsewhere.example'] });
    const { url } = await serve(answerOk, tlsOf(elsewhere));
    for (const { certPem } of [ca, elsewhere])
      expect((await failureOf(clientOf({ secureSocket: { cert: certPem } }).request(url, GET))).message).toContain('another host name');
  });

  it('refuses an expired certificate', async () => {
    const old = await ca.issue({ notBefore: new Date(Date.now() - 2e7), notAfter: new Date(Date.now() - 1e7) });
    const { url } = await serve(answerOk, tlsOf(old));
    expect((await failureOf(clientOf({ secureSocket: { cert: ca.certPem } }).request(url, GET))).message).toContain('expired');
  });

  it('verifies nothing when told so', async () => {
    const { url } = await serve(answerOk, tlsOf(server));
    expect((await clientOf({ secureSocket: { disable: true } }).request(url, GET)).status).toBe(200);
  });

  describe('with files', () => {
    let directory: string;
    beforeAll(() => {
      directory = mkdtempSync(join(tmpdir(), 'outgoing-'));
    });
    afterAll(() => rmSync(directory, { recursive: true }));
    const file = (name: string, content: string | Buffer) => {
      writeFileSync(join(directory, name), content);
      return join(directory, name);
    };
    const mutual = (trusted: string) =>
      serve(
        (request, response) => {
          const { subject } = (request.socket as import('node:tls').TLSSocket).getPeerCertificate();
          response.end(subject.CN);
        },
        tlsOf(server, { ca: trusted, requestCert: true, rejectUnauthorized: true }),
      );

    it('presents its certificate from PEM files', async () => {
      const { url } = await mutual(ca.certPem);
      const own = await ca.issue({ cn: 'gateway' });
      const key = { certFile: file('own.pem', own.certPem), keyFile: file('own.key', own.keyPem) };
      const { body } = await clientOf({ secureSocket: { cert: file('ca.pem', ca.certPem), key } }).request(url, GET);
      expect(body.toString()).toBe('gateway');
    });

    it('presents its certificate, and trusts, from PKCS#12 files', async () => {
      const rsaCa = await createTestCa({ keyType: 'rsa' });
      const own = await rsaCa.issue({ cn: 'gateway', keyType: 'rsa' });
      const { url } = await mutual(rsaCa.certPem);
      const pinned = await createTestCa({ keyType: 'rsa' });
      const key = { path: file('own.p12', toPkcs12(own, 'secret', [rsaCa.certPem])), password: 'secret' };
      const client = clientOf({ secureSocket: { cert: ca.certPem, key } });
      expect((await client.request(url, GET)).body.toString()).toBe('gateway');
      const store = { path: file('trust.p12', toTrustStore([pinned.certPem], 'secret')), password: 'secret' };
      const pinnedServer = await pinned.issue();
      const other = await serve(answerOk, tlsOf(pinnedServer));
      expect((await clientOf({ secureSocket: { cert: store } }).request(other.url, GET)).status).toBe(200);
    });

    it('does not trust the CA in the file of its own PKCS#12 key', async () => {
      const rsaCa = await createTestCa({ keyType: 'rsa' });
      const own = await rsaCa.issue({ keyType: 'rsa' });
      const { url } = await serve(answerOk, tlsOf(own));
      const key = { path: file('chain.p12', toPkcs12(own, 'secret', [rsaCa.certPem])), password: 'secret' };
      expect((await failureOf(clientOf({ secureSocket: { cert: ca.certPem, key } }).request(url, GET))).message).toContain('not trusted');
    });
  });
});
