import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TLSSocket } from 'node:tls';
import type { SecureSocketConfig } from '../../../lib/tls/secure-socket.config.js';
import { secureSocket } from '../../../lib/tls/secure-socket.js';
import { reloadSecureSocket, watchSecureSocket } from '../../../lib/tls/secure-socket-reload.js';
import { createTestCa, type IssuedCertificate, type TestCa } from '../../support/certificates.js';
import { eventually } from '../../support/eventually.js';
import { startServer, type TestServer } from '../../support/https-server.js';
import { exchangeOnce, keepConnection } from '../../support/tls-client.js';

/** Tells what the TLS layer says of the client. */
const tell: RequestListener = (request, response) => {
  const socket = request.socket as TLSSocket;
  response.end(`${socket.authorized} ${socket.getPeerX509Certificate()?.subject ?? 'nobody'}`);
};

describe('the files of a listener', () => {
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

  describe('reloading', () => {
    const filesOf = async (name: string) => {
      const issued = await ca.issue();
      return { key: { certFile: file(`${name}.pem`, issued.certPem), keyFile: file(`${name}.key`, issued.keyPem) } };
    };

    it('uses the new files for new connections, and keeps the old connections', async () => {
      const other = await createTestCa({ cn: 'Other CA' });
      const trust = file('clients.pem', ca.certPem);
      const config = { key, mutualSsl: { cert: trust } };
      const { url, server: https } = await start(config);
      const connection = keepConnection(url, as(alice));
      expect(await connection.get('/')).toMatchObject({ reused: false, status: 200 });
      file('clients.pem', other.certPem);
      reloadSecureSocket(https as never, config);
      expect(await connection.get('/')).toMatchObject({ reused: true, status: 200 });
      connection.close();
      await expect(exchangeOnce(url, as(alice))).rejects.toThrow();
      expect((await exchangeOnce(url, as(await other.issue({ cn: 'bob' })))).body).toBe('true CN=bob');
    });

    it('keeps the last good files when the new ones are broken, and says so', async () => {
      const config = await filesOf('broken');
      const { url, server: https } = await start(config);
      file('broken.pem', 'nonsense');
      expect(() => reloadSecureSocket(https as never, config)).toThrow(/secureSocket.key.certFile: must hold a certificate in PEM/);
      expect((await exchangeOnce(url, { ca: ca.certPem })).status).toBe(200);
    });

    it('happens when a file changes, also behind a symbolic link, until it is told to stop', async () => {
      const other = await createTestCa({ cn: 'Other CA' });
      const config = await filesOf('watched');
      const trusted = { key: config.key, mutualSsl: { verifyClient: 'OPTIONAL' as const, cert: join(directory, 'link.pem') } };
      symlinkSync(file('first.pem', ca.certPem), join(directory, 'link.pem'));
      const { url, server: https } = await start(trusted);
      let reloads = 0;
      const failures: string[] = [];
      const stop = watchSecureSocket(https as never, trusted, {
        interval: 0.02,
        onReload: () => reloads++,
        onFailure: ({ message }) => failures.push(message),
      });
      expect((await exchangeOnce(url, as(alice))).body).toBe('true CN=alice');

      symlinkSync(file('second.pem', other.certPem), join(directory, 'new-link.pem'));
      renameSync(join(directory, 'new-link.pem'), join(directory, 'link.pem'));
      await eventually(() => reloads > 0);
      expect((await exchangeOnce(url, as(alice))).body).toBe('false CN=alice');

      file('watched.key', 'nonsense');
      await eventually(() => failures.length > 0);
      expect(failures[0]).toMatch(/^secureSocket.key.keyFile/);
      expect((await exchangeOnce(url, { ca: ca.certPem })).status).toBe(200);

      stop();
    });
  });
});
