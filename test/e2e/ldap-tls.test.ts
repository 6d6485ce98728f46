import { createTestCa, type IssuedCertificate, type TestCa } from '../support/certificates.js';
import { type Answer, startLdapApp } from '../support/ldap-app.js';
import { type LdapDirectory, type LdapDirectoryOptions, startLdapDirectory } from '../support/ldap-directory.js';
import { DIRECTORY_FACTS, ldapConfig } from '../support/ldap-facts.js';

type Config = ReturnType<typeof ldapConfig>;

let ca: TestCa;
let otherCa: TestCa;
let certificate: IssuedCertificate;

beforeAll(async () => {
  [ca, otherCa] = [await createTestCa(), await createTestCa()];
  certificate = await ca.issue();
});

/** Logs in at a directory of its own. */
async function loginAt(options: LdapDirectoryOptions, changes: Partial<Config>): Promise<{ answer: Answer; directory: LdapDirectory }> {
  const directory = await startLdapDirectory(options);
  const app = await startLdapApp('express', { ldap: ldapConfig(directory.url, { connectionPoolingEnabled: true, ...changes }) });
  try {
    return { answer: await app.login('ldap', 'alice', 'alice@123'), directory };
  } finally {
    await app.app.close();
    await directory.stop();
  }
}

describe.each(['ldaps', 'startTls'] as const)('Basic over LDAP with %s', (start) => {
  const startTls = start === 'startTls' ? { startTls: true } : {};

  it('trusts a private CA', async () => {
    const { answer, directory } = await loginAt({ tls: { start, certificate } }, { ...startTls, secureSocket: { cert: ca.certPem } });
    expect(answer).toMatchObject({ status: 200, username: 'alice', scopes: ['developer'] });
    expect(directory.binds).toHaveLength(2);
  });

  it.each([
    ['another CA is trusted', async () => ({ certificate, secureSocket: { cert: otherCa.certPem } })],
    ["only the system's CAs are trusted", async () => ({ certificate })],
    [
      'the certificate is for another host',
      async () => ({ certificate: await ca.issue({ sans: ['other.example'] }), secureSocket: { cert: ca.certPem } }),
    ],
    [
      'the certificate has expired',
      async () => ({ certificate: await ca.issue({ notAfter: new Date(Date.now() - 1000) }), secureSocket: { cert: ca.certPem } }),
    ],
  ] as const)('sends no password when %s', async (_, prepare) => {
    const { certificate: presented, ...tls } = await prepare();
    const { answer, directory } = await loginAt({ tls: { start, certificate: presented } }, { ...startTls, ...tls });
    expect(answer.status).toBe(503);
    expect(directory.connections).toBeGreaterThan(0);
    expect(directory.binds).toEqual([]);
  });

  it('does not wait longer than the timeouts for a server that never speaks TLS', async () => {
    const { answer, directory } = await loginAt({ tls: { start, certificate, mute: true } }, { ...startTls, connectionTimeout: 0.3 });
    expect(answer.status).toBe(503);
    expect(directory.binds).toEqual([]);
  });
});

describe('Basic over LDAP with StartTLS', () => {
  it('does not go on in clear when the directory refuses TLS', async () => {
    const { answer, directory } = await loginAt({}, { startTls: true });
    expect(answer.status).toBe(503);
    expect(directory.binds).toEqual([]);
  });

  it('starts TLS anew on a connection after one that was lost', async () => {
    const directory = await startLdapDirectory({ tls: { start: 'startTls', certificate } });
    const config = ldapConfig(directory.url, { connectionPoolingEnabled: true, startTls: true, secureSocket: { cert: ca.certPem } });
    const app = await startLdapApp('express', { ldap: config });
    expect((await app.login('ldap', 'alice', 'alice@123')).status).toBe(200);
    directory.cut();
    // The server hangs up on whoever sends anything else than StartTLS first.
    expect((await app.login('ldap', 'alice', 'alice@123')).status).toBe(200);
    expect(directory.binds.filter((name) => name === DIRECTORY_FACTS.adminBind.dn)).toHaveLength(2);
    await app.app.close();
    await directory.stop();
  });

  it.each([2, 3])('does not believe an answer to message %i that began before TLS did', async (messageId) => {
    // "Success" of the bind that comes next, but for its last octet: the first octet after TLS would complete it.
    const injected = Buffer.from([0x30, 0x0d, 0x02, 0x01, messageId, 0x61, 0x08, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x01]);
    const login = { startTls: true, secureSocket: { cert: ca.certPem }, connectionPassword: 'not-it' };
    const { answer, directory } = await loginAt({ tls: { start: 'startTls', certificate }, injected }, login);
    expect(answer.status).toBe(503);
    expect(directory.searches).toEqual([]);
    expect(directory.binds).toEqual([DIRECTORY_FACTS.adminBind.dn]);
  });
});
