import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import * as ldapts from 'ldapts';
import { OpenSockets } from '../../../../../lib/outgoing/open-sockets.js';
import { dial } from '../../../../../lib/strategies/basic/ldap/dial.js';
import { DirectoryFeatures } from '../../../../../lib/strategies/basic/ldap/directory-features.js';
import { resolveEndpoint } from '../../../../../lib/strategies/basic/ldap/directory-settings.js';
import { LdapConnection } from '../../../../../lib/strategies/basic/ldap/ldap-connection.js';
import type { LdapUserStoreConfig } from '../../../../../lib/strategies/basic/ldap/ldap-user-store.config.js';
import { withDefaults } from '../../../../../lib/strategies/basic/ldap/ldap-user-store.schema.js';
import { createTestCa, type IssuedCertificate, type TestCa } from '../../../../support/certificates.js';
import { eventually } from '../../../../support/eventually.js';
import { startLdapDirectory } from '../../../../support/ldap-directory.js';
import { DIRECTORY_FACTS, ldapConfig } from '../../../../support/ldap-facts.js';

const { dn: READER, password: PASSWORD } = DIRECTORY_FACTS.adminBind;

let ca: TestCa;
let certificate: IssuedCertificate;
beforeAll(async () => {
  ca = await createTestCa();
  certificate = await ca.issue();
});

const endpoint = (url: string, changes: Partial<LdapUserStoreConfig>) => resolveEndpoint(withDefaults(ldapConfig(url, changes)));

describe.each(['ldaps', 'startTls'] as const)('a connection with %s', (start) => {
  /** Connects to a directory of its own and binds: the answer, or the failure, and who tried to bind. */
  const bindAt = async (changes: Partial<LdapUserStoreConfig>, { host = 'localhost', mute = false, presented = certificate } = {}) => {
    const directory = await startLdapDirectory({ tls: { start, certificate: presented, mute } });
    const sockets = new OpenSockets();
    const where = endpoint(directory.url.replace('localhost', host), { startTls: start === 'startTls', ...changes });
    try {
      const connection = await LdapConnection.open(ldapts, where, new DirectoryFeatures(() => undefined), sockets);
      return { answer: await connection.bind(READER, PASSWORD), directory };
    } catch (error) {
      // A server that is mute does not read that the connection has ended.
      if (!mute) await eventually(() => directory.openConnections === 0);
      return { answer: (error as Error).message, directory };
    } finally {
      sockets.destroy();
      await directory.stop();
    }
  };

  it.each(['localhost', '127.0.0.1'])('is made to a directory at %s whose certificate is for it', async (host) => {
    expect((await bindAt({ secureSocket: { cert: ca.certPem } }, { host })).answer).toBe('accepted');
  });

  it('is closed before a password is sent where the certificate is for another host, or of a CA that is not trusted', async () => {
    const presented = await ca.issue({ sans: ['other.example'] });
    const elsewhere = await bindAt({ secureSocket: { cert: ca.certPem } }, { presented });
    const unknown = await bindAt({ secureSocket: { cert: (await createTestCa()).certPem } });
    for (const { answer, directory } of [elsewhere, unknown]) {
      expect(answer).toContain('The directory cannot be reached');
      expect(directory.binds).toEqual([]);
    }
  });

  it('is closed where the directory does not go on with TLS in time', async () => {
    const { answer, directory } = await bindAt({ connectionTimeout: 0.2 }, { mute: true });
    expect(answer).toContain('Connecting to the directory took more than 0.2 s');
    expect(directory.connections).toBe(1);
  });
});

it('a connection that fails before it is used does not end the process', async () => {
  const directory = await startLdapDirectory();
  const sockets = new OpenSockets();
  const socket = await dial(ldapts, endpoint(directory.url, {}), sockets);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  sockets.destroy();
  expect(await closed).toBe(true);
  await directory.stop();
});

it('a connection is closed where the directory refuses StartTLS', async () => {
  const directory = await startLdapDirectory();
  const dialled = dial(ldapts, endpoint(directory.url, { startTls: true }), new OpenSockets());
  await expect(dialled).rejects.toBeInstanceOf(ldapts.ResultCodeError);
  expect(directory.connections).toBe(1);
  await eventually(() => directory.openConnections === 0);
  await directory.stop();
});

it.each([
  ['localhost', 'localhost'],
  ['127.0.0.1', false],
])('the name of the directory at %s is sent in the handshake: %s', async (host, expected) => {
  const names: unknown[] = [];
  const server = createServer({ cert: certificate.certPem, key: certificate.keyPem }, (socket: TLSSocket) => names.push(socket.servername));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const sockets = new OpenSockets();
  const url = `ldaps://${host}:${(server.address() as AddressInfo).port}`;
  await dial(ldapts, endpoint(url, { secureSocket: { cert: ca.certPem } }), sockets);
  await eventually(() => names.length === 1);
  expect(names).toEqual([expected]);
  sockets.destroy();
  server.close();
});
