import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { type Authenticator } from 'nest-service-auth';
import { createSelfSigned, createTestCa, type IssuedCertificate, type TestCa } from '../../../support/certificates.js';
import { startServer, type TestServer } from '../../../support/https-server.js';
import { bearer, createSecret, goodClaims, mintRaw } from '../../../support/tokens.js';
import { outcomeOf, prepare } from './setup.js';

const key = createSecret('HS256');
let ca: TestCa;
let alice: IssuedCertificate;
let bob: IssuedCertificate;
let server: TestServer;
let authenticator: Authenticator;

const thumbprintOf = ({ certPem }: IssuedCertificate) =>
  Buffer.from(new X509Certificate(certPem).fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
const bound = (cnf: unknown) => mintRaw(key, { alg: 'HS256' }, goodClaims({ cnf }));

/** What the server says to a token over a connection with this client certificate. */
async function ask(token: string, client?: IssuedCertificate): Promise<string> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const tls = { ca: ca.certPem, agent: false as const, ...(client && { cert: client.certPem, key: client.keyPem }) };
    request(server.url, { ...tls, headers: { authorization: `Bearer ${token}` } }, resolve)
      .on('error', reject)
      .end();
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

beforeAll(async () => {
  ca = await createTestCa();
  [alice, bob] = await Promise.all([ca.issue({ cn: 'alice' }), ca.issue({ cn: 'bob' })]);
  const { certPem, keyPem } = await ca.issue({ cn: 'localhost' });
  authenticator = await prepare({ signatureConfig: { secret: key.secret } });
  const tls = { cert: certPem, key: keyPem, ca: ca.certPem, requestCert: true, rejectUnauthorized: false };
  server = await startServer(async (incoming, response) => response.end(await outcomeOf(authenticator, incoming)), tls);
});
afterAll(() => server.close());

describe('a token that is bound to a certificate', () => {
  it('is good with that certificate, and with no other and none: remembered or not', async () => {
    const token = bound({ 'x5t#S256': thumbprintOf(alice) });
    for (let round = 0; round < 2; round++) {
      expect(await ask(token, alice)).toBe('accepted');
      expect(await ask(token, bob)).toBe('certificate_mismatch');
      expect(await ask(token)).toBe('certificate_mismatch');
    }
  });

  it('is refused first and admitted later just the same', async () => {
    const token = bound({ 'x5t#S256': thumbprintOf(bob) });
    expect(await ask(token, alice)).toBe('certificate_mismatch');
    expect(await ask(token, bob)).toBe('accepted');
  });

  it('is refused with a certificate that the TLS layer did not verify', async () => {
    const stranger = await createSelfSigned({ cn: 'alice' });
    expect(await ask(bound({ 'x5t#S256': thumbprintOf(stranger) }), stranger)).toBe('certificate_mismatch');
  });

  it('is refused with that certificate where it is bound to something else as well', async () => {
    const token = bound({ 'x5t#S256': thumbprintOf(alice), 'x5t#S512': 'abc' });
    expect(await ask(token, alice)).toBe('unsupported_confirmation');
  });

  it('is refused without a connection', async () => {
    expect(await outcomeOf(authenticator, bearer(bound({ 'x5t#S256': thumbprintOf(alice) })))).toBe('certificate_mismatch');
  });

  it.each([
    ['a key', { jkt: 'abc' }],
    ['a key as well', { 'x5t#S256': 'abc', jkt: 'abc' }],
    ['nothing', {}],
    ['null', null],
    ['a text', 'abc'],
    ['a list', ['abc']],
    ['a thumbprint that is no string', { 'x5t#S256': 7 }],
  ])('is refused where it is bound to %s', async (_, cnf) => {
    expect(await ask(bound(cnf), alice)).toBe('unsupported_confirmation');
    expect(await ask(bound(cnf), alice)).toBe('unsupported_confirmation');
  });
});
