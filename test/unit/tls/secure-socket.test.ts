import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import type { SecureSocketConfig } from '../../../lib/tls/secure-socket.config.js';
import { secureSocket } from '../../../lib/tls/secure-socket.js';
import {
  createSelfSigned,
  createTestCa,
  type IssuedCertificate,
  type TestCa,
  toPkcs12,
  toTrustStore,
  withUnreadableKey,
} from '../../support/certificates.js';
import { startServer, type TestServer } from '../../support/https-server.js';
import { mistakeIn } from '../../support/mistake-in.js';
import { exchangeOnce } from '../../support/tls-client.js';

/** Tells what the TLS layer says of the client. */
const tell: RequestListener = (request, response) => {
  const socket = request.socket as TLSSocket;
  response.end(`${socket.authorized} ${socket.getPeerX509Certificate()?.subject ?? 'nobody'}`);
};

describe('secureSocket()', () => {
  let ca: TestCa;
  let server: IssuedCertificate;
  let alice: IssuedCertificate;
  let key: { certFile: string; keyFile: string };
  let directory: string;
  const running: TestServer[] = [];
  const file = (name: string, content: string | Buffer): string => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  };
  const start = async (config: SecureSocketConfig): Promise<TestServer> => {
    const started = await startServer(tell, secureSocket(config));
    running.push(started);
    return started;
  };
  const as = ({ certPem, keyPem }: IssuedCertificate) => ({ ca: ca.certPem, cert: certPem, key: keyPem });

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'secure-socket-'));
    ca = await createTestCa();
    [server, alice] = await Promise.all([ca.issue(), ca.issue({ cn: 'alice' })]);
    key = { certFile: server.certPem, keyFile: server.keyPem };
  });
  afterEach(async () => {
    for (const each of running.splice(0)) await each.close();
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('does not renegotiate: a client cannot show another certificate half-way', async () => {
    const { url } = await start({ key, mutualSsl: { verifyClient: 'OPTIONAL', cert: ca.certPem }, protocol: { versions: ['TLSv1.2'] } });
    const socket = connect({ host: 'localhost', port: Number(url.port), ...as(alice), maxVersion: 'TLSv1.2' });
    await once(socket, 'secureConnect');
    const outcome = await new Promise((resolve) => {
      socket.once('error', resolve);
      socket.renegotiate({}, (error) => resolve(error ?? 'renegotiated'));
    });
    socket.destroy();
    expect(outcome).toMatchObject({ message: expect.stringMatching(/renegotiation/i) });
  });

  describe('REQUIRE', () => {
    it('lets a certificate of the CA in, and nobody else', async () => {
      const { url } = await start({ key, mutualSsl: { cert: ca.certPem } });
      expect((await exchangeOnce(url, as(alice))).body).toBe('true CN=alice');
      await expect(exchangeOnce(url, { ca: ca.certPem })).rejects.toThrow();
      const stranger = await (await createTestCa()).issue();
      await expect(exchangeOnce(url, as(stranger))).rejects.toThrow();
      await expect(exchangeOnce(url, as(await createSelfSigned({ cn: 'alice' })))).rejects.toThrow();
    });

    it('refuses an expired certificate, one of the future, and one for servers only', async () => {
      const { url } = await start({ key, mutualSsl: { cert: ca.certPem } });
      const day = 86_400_000;
      for (const request of [
        { notBefore: new Date(Date.now() - 2 * day), notAfter: new Date(Date.now() - day) },
        { notBefore: new Date(Date.now() + day), notAfter: new Date(Date.now() + 2 * day) },
        { eku: ['serverAuth'] as const },
      ])
        await expect(exchangeOnce(url, as(await ca.issue(request)))).rejects.toThrow();
    });

    it('takes a self-signed certificate that is trusted by itself', async () => {
      const alone = await createSelfSigned({ cn: 'alone' });
      const { url } = await start({ key, mutualSsl: { verifyClient: 'REQUIRE', cert: `${alone.certPem}${ca.certPem}` } });
      expect((await exchangeOnce(url, as(alone))).body).toBe('true CN=alone');
      expect((await exchangeOnce(url, as(alice))).body).toBe('true CN=alice');
    });

    it('knows clients through an intermediate CA', async () => {
      const middle = await ca.intermediate();
      const carol = await middle.issue({ cn: 'carol' });
      const { url } = await start({ key, mutualSsl: { cert: ca.certPem } });
      expect((await exchangeOnce(url, { ...as(carol), cert: carol.certPem + middle.certPem })).body).toBe('true CN=carol');
      await expect(exchangeOnce(url, as(carol))).rejects.toThrow();
    });
  });

  describe('OPTIONAL', () => {
    it('lets everybody connect, and tells who was verified', async () => {
      const { url } = await start({ key, mutualSsl: { verifyClient: 'OPTIONAL', cert: ca.certPem } });
      expect((await exchangeOnce(url, as(alice))).body).toBe('true CN=alice');
      expect((await exchangeOnce(url, { ca: ca.certPem })).body).toBe('false nobody');
      expect((await exchangeOnce(url, as(await createSelfSigned({ cn: 'alice' })))).body).toBe('false CN=alice');
    });

    it.each(['TLSv1.2', 'TLSv1.3'] as const)('lets nobody resume a session (%s)', async (version) => {
      const { url } = await start({ key, mutualSsl: { verifyClient: 'OPTIONAL', cert: ca.certPem } });
      const only = { minVersion: version, maxVersion: version };
      const anonymous = await exchangeOnce(url, { ca: ca.certPem, ...only });
      const again = await exchangeOnce(url, { ca: ca.certPem, ...only, ...(anonymous.session && { session: anonymous.session }) });
      expect(again).toMatchObject({ body: 'false nobody', reused: false, protocol: version });
      const known = await exchangeOnce(url, { ...as(alice), ...only });
      const resumed = await exchangeOnce(url, { ca: ca.certPem, ...only, ...(known.session && { session: known.session }) });
      expect(resumed).toMatchObject({ body: 'false nobody', reused: false });
    });
  });

  it('lets sessions be resumed where nobody is asked for a certificate', async () => {
    const { url } = await start({ key });
    const first = await exchangeOnce(url, { ca: ca.certPem });
    expect(first.session).toBeDefined();
    expect((await exchangeOnce(url, { ca: ca.certPem, session: first.session! })).reused).toBe(true);
    const closed = await start({ key, shareSession: false });
    const other = await exchangeOnce(closed.url, { ca: ca.certPem });
    expect((await exchangeOnce(closed.url, { ca: ca.certPem, ...(other.session && { session: other.session }) })).reused).toBe(false);
  });

  it('does not trust the CA in the PKCS#12 file of its own key', async () => {
    const serverCa = await createTestCa({ keyType: 'rsa', cn: 'Server CA' });
    const own = await serverCa.issue({ keyType: 'rsa' });
    const insider = await serverCa.issue({ cn: 'insider' });
    const path = file('server.p12', toPkcs12(own, 'secret', [serverCa.certPem]));
    const { url } = await start({ key: { path, password: 'secret' }, mutualSsl: { verifyClient: 'OPTIONAL', cert: ca.certPem } });
    expect((await exchangeOnce(url, { ...as(alice), ca: serverCa.certPem })).body).toBe('true CN=alice');
    expect((await exchangeOnce(url, { ...as(insider), ca: serverCa.certPem })).body).toBe('false CN=insider');
  });

  it('trusts the certificates of a PKCS#12 trust store', async () => {
    const rsaCa = await createTestCa({ keyType: 'rsa' });
    const cert = { path: file('trust.p12', toTrustStore([rsaCa.certPem], 'secret')), password: 'secret' };
    const { url } = await start({ key, mutualSsl: { cert } });
    expect((await exchangeOnce(url, as(await rsaCa.issue({ cn: 'bob' })))).body).toBe('true CN=bob');
    await expect(exchangeOnce(url, as(alice))).rejects.toThrow();
  });

  it('refuses revoked certificates, and those of a CA without a list', async () => {
    const mallory = await ca.issue({ cn: 'mallory' });
    const middle = await ca.intermediate();
    const [carol, dave] = await Promise.all([middle.issue({ cn: 'carol' }), middle.issue({ cn: 'dave' })]);
    const chain = (leaf: IssuedCertificate) => ({ ...as(leaf), cert: leaf.certPem + middle.certPem });
    const list = await ca.crl([mallory]);
    const rootOnly = await start({ key, mutualSsl: { cert: ca.certPem, crl: list } });
    expect((await exchangeOnce(rootOnly.url, as(alice))).status).toBe(200);
    await expect(exchangeOnce(rootOnly.url, as(mallory))).rejects.toThrow();
    await expect(exchangeOnce(rootOnly.url, chain(carol))).rejects.toThrow();
    const both = await start({ key, mutualSsl: { cert: ca.certPem, crl: file('both.crl', list + (await middle.crl([dave]))) } });
    expect((await exchangeOnce(both.url, chain(carol))).status).toBe(200);
    await expect(exchangeOnce(both.url, chain(dave))).rejects.toThrow();
  });

  it('speaks the versions and the ciphers it is given', async () => {
    const { url } = await start({ key, protocol: { name: 'TLS', versions: ['TLSv1.3'] } });
    expect((await exchangeOnce(url, { ca: ca.certPem })).protocol).toBe('TLSv1.3');
    await expect(exchangeOnce(url, { ca: ca.certPem, maxVersion: 'TLSv1.2' })).rejects.toThrow();
    const old = await start({ key, protocol: { versions: ['TLSv1.2'] }, ciphers: ['TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA'] });
    expect(await exchangeOnce(old.url, { ca: ca.certPem })).toMatchObject({ protocol: 'TLSv1.2', cipher: 'ECDHE-ECDSA-AES128-SHA' });
    await expect(exchangeOnce(old.url, { ca: ca.certPem, minVersion: 'TLSv1.3' })).rejects.toThrow();
  });

  it('gives options with both versions from TLS 1.2 on, and a handshake timeout in milliseconds', () => {
    expect(secureSocket({ key, handshakeTimeout: 1.5, sessionTimeout: 60 })).toMatchObject({
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      handshakeTimeout: 1500,
      sessionTimeout: 60,
      honorCipherOrder: true,
    });
  });

  describe('refuses', () => {
    const refusal = (config: object): string => mistakeIn(() => secureSocket(config as SecureSocketConfig));

    it.each<[object, RegExp]>([
      [{}, /^secureSocket.key: has no value/],
      [{ key: {} }, /^secureSocket.key: must have certFile and keyFile/],
      [{ key: { certFile: 'no.pem', keyFile: 'no.key' } }, /^secureSocket.key.certFile: cannot read the file "no.pem"/],
      [{ mutualSSL: {} }, /secureSocket.mutualSSL: .*Did you mean "mutualSsl"/],
    ])('%j', (config, message) => {
      expect(refusal(config)).toMatch(message);
    });

    it.each<[object, RegExp]>([
      [{ mutualSsl: {} }, /^secureSocket.mutualSsl.cert: must be the path of a PEM file/],
      [{ mutualSsl: { cert: 'no.pem' } }, /^secureSocket.mutualSsl.cert: cannot read the file "no.pem"/],
      [{ mutualSsl: { cert: 'no.pem', verifyClient: 'require' } }, /^secureSocket.mutualSsl.verifyClient: must be "REQUIRE" or "OPTIONAL"/],
      [{ protocol: { versions: ['TLSv1.1'] } }, /^secureSocket.protocol.versions\[0\]: .*older versions are not secure/],
      [{ protocol: { versions: [] } }, /^secureSocket.protocol.versions: must name a version/],
      [{ protocol: { name: 'SSL' } }, /^secureSocket.protocol.name: must be "TLS"/],
      [{ ciphers: ['TLS_RSA_WITH_RC4_128_MD5'] }, /^secureSocket.ciphers\[0\]: is not a cipher suite/],
      [{ handshakeTimeout: 0 }, /^secureSocket.handshakeTimeout: must be a number of seconds above 0/],
      [
        { ciphers: ['TLS_AES_128_GCM_SHA256'], protocol: { versions: ['TLSv1.2'] } },
        /^secureSocket.ciphers: has no cipher suite for the version/,
      ],
      [{ ciphers: ['AES128-SHA'], protocol: { versions: ['TLSv1.3'] } }, /^secureSocket.ciphers: has no cipher suite for the version/],
    ])('%j beside a key', (more, message) => {
      expect(refusal({ key, ...more })).toMatch(message);
    });

    it('a CA whose own issuer is missing, since Node would refuse every client', async () => {
      const middle = await ca.intermediate();
      expect(refusal({ key, mutualSsl: { cert: middle.certPem } })).toMatch(
        /^secureSocket.mutualSsl.cert: the certificate of CN=Test Intermediate CA was issued by CN=Test Root CA, which is missing/,
      );
      expect(() => secureSocket({ key, mutualSsl: { cert: middle.certPem + ca.certPem } })).not.toThrow();
    });

    it('a CA that has the name of its issuer, which is missing: the name alone makes no root', async () => {
      const twin = await ca.intermediate({ cn: 'Test Root CA' });
      expect(refusal({ key, mutualSsl: { cert: twin.certPem } })).toMatch(/was issued by CN=Test Root CA, which is missing/);
      expect(() => secureSocket({ key, mutualSsl: { cert: twin.certPem + ca.certPem } })).not.toThrow();
    });

    it('a CA that is listed with a namesake of its issuer', async () => {
      const [middle, namesake] = [await ca.intermediate(), await createTestCa()];
      expect(refusal({ key, mutualSsl: { cert: middle.certPem + namesake.certPem } })).toMatch(
        /was issued by CN=Test Root CA, which is missing/,
      );
    });

    it('a CA with a short RSA key', async () => {
      const weak = await createTestCa({ keyType: 'rsa', keySize: 1024 });
      expect(refusal({ key, mutualSsl: { cert: weak.certPem } })).toMatch(/an RSA key needs 2048 bits/);
    });

    it('a certificate whose key cannot be read', () => {
      const certFile = withUnreadableKey(ca.certPem);
      expect(refusal({ key, mutualSsl: { cert: certFile } })).toMatch(/^secureSocket.mutualSsl.cert: .* has a weak key/);
      expect(refusal({ key: { certFile, keyFile: ca.keyPem } })).toMatch(
        /^secureSocket.key.keyFile: is not the key of the first certificate/,
      );
    });

    it('a revocation list that is none', async () => {
      expect(refusal({ key, mutualSsl: { cert: ca.certPem, crl: ca.certPem } })).toMatch(
        /^secureSocket.mutualSsl.crl: must hold a revocation list/,
      );
      const damaged = '-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n';
      expect(refusal({ key, mutualSsl: { cert: ca.certPem, crl: damaged } })).toMatch(/^secureSocket.mutualSsl.crl: .*cannot be read/);
    });
  });
});
