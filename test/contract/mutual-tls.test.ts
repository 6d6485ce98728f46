import { connect, TLSSocket } from 'node:tls';
import fc from 'fast-check';
import type { AuthRequest } from 'nest-service-auth';
import { MutualTlsStrategy } from '../../lib/strategies/mutual-tls/mutual-tls.strategy.js';
import { createSelfSigned, createTestCa, type IssuedCertificate, type TestCa } from '../support/certificates.js';
import { startServer, type TestServer } from '../support/https-server.js';
import { basic } from '../support/users-file.js';
import { fieldText, keepsTheContract, NOTHING, withAuthorization } from './strategy-contract.js';

/** Makes connections to a listener that asks for certificates, and keeps its ends of them. */
class Listener {
  private constructor(
    private readonly server: TestServer,
    private readonly ca: TestCa,
    private readonly clients: TLSSocket[] = [],
  ) {}

  static async start(ca: TestCa): Promise<Listener> {
    const { certPem: cert, keyPem: key } = await ca.issue();
    const options = { cert, key, ca: ca.certPem, requestCert: true, rejectUnauthorized: false };
    return new Listener(await startServer((_request, response) => response.end(), options), ca);
  }

  /** A request over a new connection with this certificate. */
  async request(certificate?: IssuedCertificate): Promise<AuthRequest> {
    const accepted = new Promise<TLSSocket>((resolve) => this.server.server.once('secureConnection', resolve));
    const identity = certificate && { cert: certificate.certPem, key: certificate.keyPem };
    const { port } = this.server.url;
    this.clients.push(connect({ port: Number(port), host: '127.0.0.1', servername: 'localhost', ca: this.ca.certPem, ...identity }));
    return { ...NOTHING, socket: await accepted };
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.destroy();
    await this.server.close();
  }
}

/** The part of a PEM text that must not be in a log. */
const base64Of = (pem: string): string => pem.split('\n').slice(1, 3).join('').slice(0, 60);

keepsTheContract(
  'mutualSslConfig',
  async (host) => {
    const ca = await createTestCa();
    const strange = await createTestCa({ cn: 'Somebody Else' });
    const listener = await Listener.start(ca);
    const alice = await ca.issue({ cn: 'alice' });
    const good = await listener.request(alice);
    const certificates = [
      await strange.issue({ cn: 'alice' }),
      await createSelfSigned({ cn: 'alice' }),
      await ca.issue({ cn: 'alice', notBefore: new Date(Date.now() - 2000), notAfter: new Date(Date.now() - 1000) }),
      await ca.issue({ subject: [{ CN: ['alice'] }, { CN: ['admin'] }] }),
      await ca.issue({ subject: [{ O: ['nobody'] }] }),
      await ca.issue({ subject: [{ CN: ['ali\0ce'] }] }),
      await ca.issue({ subject: [{ CN: [''] }] }),
    ];
    const refused = [];
    for (const certificate of certificates) refused.push(await listener.request(certificate));
    return {
      strategy: new MutualTlsStrategy(host),
      config: {},
      method: 'mtls',
      good: () => good,
      without: [NOTHING, await listener.request(), withAuthorization(basic('a', 'b'))],
      bad: fc
        .tuple(fc.constantFrom(...refused), fieldText())
        .map(([request, text]) => ({ ...request, ...withAuthorization(text), socket: request.socket })),
      secrets: [base64Of(alice.certPem), ...certificates.map(({ certPem }) => base64Of(certPem))],
      close: () => listener.close(),
    };
  },
  { asks: 'nobody' },
);

keepsTheContract(
  'mutualSslConfig behind a proxy',
  async (host) => {
    const ca = await createTestCa();
    const alice = await ca.issue({ cn: 'alice' });
    const der = alice.certPem.replaceAll(/-----[^-]+-----|\s/g, '');
    const from = (remoteAddress: string) =>
      Object.defineProperty(new TLSSocket(undefined as never), 'remoteAddress', { value: remoteAddress });
    const forwarded = (value: string, address = '10.0.0.7'): AuthRequest => ({
      headers: { 'client-cert': value },
      rawHeaders: ['Client-Cert', value],
      socket: from(address),
    });
    return {
      strategy: new MutualTlsStrategy(host),
      config: { forwarded: { header: 'client-cert' } },
      method: 'mtls',
      good: () => forwarded(`:${der}:`),
      without: [NOTHING, { ...NOTHING, socket: from('10.0.0.7') }, forwarded(`:${der}:`, '192.0.2.1')],
      bad: fc
        .oneof(
          fieldText(),
          fc.base64String({ maxLength: 400 }).map((text) => `:${text}:`),
        )
        .filter((text) => text !== '')
        .map((text) => forwarded(text)),
      secrets: [base64Of(alice.certPem)],
    };
  },
  { asks: 'nobody', trustedProxies: ['10.0.0.0/8'] },
);
