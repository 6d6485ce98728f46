import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AuthUnavailableError } from '../../../lib/errors.js';
import type { ClientConfig } from '../../../lib/outgoing/client-config.js';
import { createOutgoingClient, type OutgoingClient, type OutgoingRequest } from '../../../lib/outgoing/outgoing-client.js';
import { createSelfSigned, createTestCa, type IssuedCertificate, type TestCa, toPkcs12, toTrustStore } from '../../support/certificates.js';
import { startServer, type TestServer } from '../../support/https-server.js';

const GET: OutgoingRequest = { method: 'GET' };

describe('an outgoing client', () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const clientOf = (config: ClientConfig = {}): OutgoingClient => {
    const client = createOutgoingClient(config);
    cleanups.push(() => client.close());
    return client;
  };
  const serve = async (listener: RequestListener, tls?: object): Promise<TestServer> => {
    const server = await startServer(listener, tls);
    cleanups.push(() => server.close());
    return server;
  };
  const serveRaw = async (onConnection: (socket: Socket) => void): Promise<number> => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => {}));
      onConnection(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    return (server.address() as AddressInfo).port;
  };
  const failureOf = async (asked: Promise<unknown>): Promise<Error> => {
    const error = await asked.then(
      () => undefined,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(AuthUnavailableError);
    return error;
  };

  describe('asks', () => {
    it('with the headers and the body it is given, and answers with status, headers and body', async () => {
      const { url } = await serve((request, response) => {
        let body = '';
        request.on('data', (chunk) => (body += chunk));
        request.on('end', () =>
          response.writeHead(418, { 'X-Answer': 'yes' }).end(JSON.stringify({ ...request.headers, method: request.method, body })),
        );
      });
      const client = clientOf({ customHeaders: { 'X-Tenant': 'a', 'Content-Type': 'text/plain' } });
      const answer = await client.request(new URL('/path?x=1', url), { method: 'POST', headers: { 'content-type': 'a/b' }, body: 'hello' });
      expect(answer.status).toBe(418);
      expect(answer.headers['x-answer']).toBe('yes');
      expect(JSON.parse(answer.body.toString())).toMatchObject({
        method: 'POST',
        body: 'hello',
        'x-tenant': 'a',
        'content-type': 'a/b',
        'accept-encoding': 'identity',
      });
    });

    it('over connections that it keeps', async () => {
      const server = await serve((_request, response) => response.end('x'));
      const client = clientOf();
      for (let index = 0; index < 10; index++) await client.request(server.url, GET);
      expect(server.connections()).toBeLessThanOrEqual(2);
    });
  });

  describe('gives up', () => {
    it('when nobody listens', async () => {
      const server = await startServer(() => {});
      await server.close();
      const error = await failureOf(clientOf().request(new URL('/keys?token=secret', server.url), GET));
      expect(error.message).toMatch(/^GET http:\/\/localhost:\d+\/keys: nobody listens there \(ECONNREFUSED\)$/);
    });

    it('when the answer does not begin in time', async () => {
      const { url } = await serve(() => {});
      const error = await failureOf(clientOf({ timeout: 0.1 }).request(url, GET));
      expect(error.message).toContain('no whole answer within 0.1 s');
    });

    it('when the answer drips on for ever', async () => {
      let timer: NodeJS.Timeout | undefined;
      const { url } = await serve((_request, response) => {
        timer = setInterval(() => response.write('x'), 5);
      });
      const error = await failureOf(clientOf({ timeout: 0.2 }).request(url, GET));
      clearInterval(timer);
      expect(error.message).toContain('no whole answer within 0.2 s');
    });

    it('when nobody answers the TLS handshake', async () => {
      const port = await serveRaw(() => {});
      const error = await failureOf(clientOf({ timeout: 0.1 }).request(new URL(`https://localhost:${port}/`), GET));
      expect(error.message).toContain('GET https://localhost');
    });

    it.each([
      ['a longer body than allowed', { 'content-length': '100' }],
      ['a longer body than allowed, of unknown length', {}],
    ])('on %s', async (_name, headers) => {
      const { url } = await serve((_request, response) => response.writeHead(200, headers).end('x'.repeat(100)));
      const error = await failureOf(clientOf().request(url, { method: 'GET', maxBytes: 99 }));
      expect(error.message).toContain('more than 99 bytes');
      expect((await clientOf().request(url, { method: 'GET', maxBytes: 100 })).body).toHaveLength(100);
    });

    it('on a compressed body, which may be a bomb', async () => {
      const { url } = await serve((_request, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1e6))),
      );
      const error = await failureOf(clientOf().request(url, GET));
      expect(error.message).toContain('content encoding');
    });

    it('when the connection ends in the middle of the answer', async () => {
      const { url } = await serve((_request, response) => {
        response.writeHead(200, { 'content-length': '10' });
        response.write('secret', () => response.destroy());
      });
      const error = await failureOf(clientOf().request(url, GET));
      expect(error.message).toContain('closed before the answer was complete');
    });

    it('when the answer is not HTTP, and does not repeat it', async () => {
      const port = await serveRaw((socket) => socket.end('secret nonsense\r\n\r\n'));
      const error = await failureOf(clientOf().request(new URL(`http://localhost:${port}/`), GET));
      expect(error.message).toContain('not HTTP/1.1');
      expect(`${error.stack} ${JSON.stringify(error.cause)} ${(error.cause as Error).stack}`).not.toContain('secret');
    });

    it('when it is closed', async () => {
      const { url } = await serve(() => {});
      const client = createOutgoingClient();
      const failure = failureOf(client.request(url, GET));
      await client.close();
      expect((await failure).message).toContain('GET');
    });
  });

  describe('when it is redirected', () => {
    const redirecting = (target: (path: string) => string | undefined, status = 302) =>
      serve((request, response) => {
        const location = target(request.url ?? '');
        if (location === undefined) response.end(`at ${request.url}`);
        else response.writeHead(status, { location }).end();
      });

    it('follows within the same origin', async () => {
      const { url } = await redirecting((path) => (path === '/a' ? 'b?x=1' : undefined));
      expect((await clientOf().request(new URL('/a', url), GET)).body.toString()).toBe('at /b?x=1');
    });

    it('follows three times and no more', async () => {
      const { url } = await redirecting((path) => (path === '/0' ? undefined : `/${Number(path.slice(1)) - 1}`));
      expect((await clientOf().request(new URL('/3', url), GET)).body.toString()).toBe('at /0');
      expect((await failureOf(clientOf().request(new URL('/4', url), GET))).message).toContain('more than 3 times');
    });

    it('does not go to another origin', async () => {
      let asked = 0;
      const elsewhere = await serve((_request, response) => {
        asked++;
        response.end();
      });
      const { url } = await redirecting(() => elsewhere.url.href);
      expect((await failureOf(clientOf().request(url, GET))).message).toContain('another origin');
      expect(asked).toBe(0);
    });

    it.each([302, 303, 307, 308])('does not follow a POST (%d)', async (status) => {
      const { url } = await redirecting((path) => (path === '/a' ? '/b' : undefined), status);
      expect((await failureOf(clientOf().request(new URL('/a', url), { method: 'POST', body: 'x' }))).message).toContain(
        'the request does not follow redirects',
      );
    });
  });

  describe('over TLS', () => {
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

    it('verifies although the environment says otherwise', async () => {
      const { url } = await serve(answerOk, tlsOf(server));
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
      try {
        expect((await failureOf(clientOf().request(url, GET))).message).toContain('not trusted');
      } finally {
        delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      }
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
});
