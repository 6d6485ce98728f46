import * as ldapts from 'ldapts';
import { OpenSockets } from '../../../../../lib/outgoing/open-sockets.js';
import { DirectoryDownError } from '../../../../../lib/strategies/basic/ldap/directory-down.error.js';
import { DirectoryFeatures } from '../../../../../lib/strategies/basic/ldap/directory-features.js';
import { resolveEndpoint } from '../../../../../lib/strategies/basic/ldap/directory-settings.js';
import { LdapConnection } from '../../../../../lib/strategies/basic/ldap/ldap-connection.js';
import { withDefaults } from '../../../../../lib/strategies/basic/ldap/ldap-user-store.schema.js';
import { startBareDirectory } from '../../../../support/bare-directory.js';
import { type LdapDirectory, startLdapDirectory } from '../../../../support/ldap-directory.js';
import { DIRECTORY_FACTS, ldapConfig } from '../../../../support/ldap-facts.js';

const { dn: READER, password: PASSWORD } = DIRECTORY_FACTS.adminBind;
const PPOLICY = '1.3.6.1.4.1.42.2.27.8.5.1';
const NETSCAPE = '2.16.840.1.113730.3.4.4';

const open = (url: string, features = new DirectoryFeatures(() => undefined)) =>
  LdapConnection.open(ldapts, resolveEndpoint(withDefaults(ldapConfig(url))), features, new OpenSockets());

describe('a bind', () => {
  let directory: LdapDirectory;
  let connection: LdapConnection;
  beforeEach(async () => {
    directory = await startLdapDirectory();
    connection = await open(directory.url);
  });
  afterEach(async () => {
    connection.close();
    await directory.stop();
  });

  it.each([
    ['', 'x'],
    [READER, ''],
    ['', ''],
  ])('as %j with the password %j, which would be an anonymous bind, is not sent', async (name, password) => {
    expect(await connection.bind(name, password)).toBe('refused');
    expect(directory.binds).toEqual([]);
  });

  it('says yes or no', async () => {
    expect(await connection.bind(READER, PASSWORD)).toBe('accepted');
    expect(await connection.bind(READER, 'wrong')).toBe('refused');
  });

  it('is not sent on another connection when this one is gone', async () => {
    expect(connection.isOpen).toBe(true);
    directory.cut();
    await expect(connection.bind(READER, PASSWORD)).rejects.toBeInstanceOf(DirectoryDownError);
    await expect(connection.bind(READER, PASSWORD)).rejects.toBeInstanceOf(DirectoryDownError);
    expect(connection.isOpen).toBe(false);
    expect(directory.connections).toBe(1);
    expect(directory.binds).toEqual([]);
  });

  it('says in a failure what happened, and never what the server wrote', async () => {
    for (const code of [51, 80]) {
      directory.misbehave = (operation) => (operation === 'bind' ? { code } : undefined);
      const failure = await connection.bind(READER, PASSWORD).catch((error: Error) => error);
      expect(failure).toMatchObject({ message: expect.stringContaining(`result code ${code}`) });
      expect((failure as Error).message).not.toContain('as the test wants it');
    }
  });
});

describe('what a directory says beside the result of a bind', () => {
  const bindAt = async (...options: Parameters<typeof startBareDirectory>) => {
    const directory = await startBareDirectory(...options);
    const warnings: string[] = [];
    const connection = await open(directory.url, new DirectoryFeatures((message) => void warnings.push(message)));
    const answer = await connection.bind('cn=u', 'x').catch((error: Error) => error.message);
    await connection.learnFeatures();
    connection.close();
    await directory.stop();
    return { answer, warnings, asked: directory.controls };
  };
  const error = (value: number) => ({ type: PPOLICY, value: Buffer.from([0x30, 0x03, 0x81, 0x01, value]) });

  it.each([
    ['nothing', 0, [], 'accepted'],
    ['that the password must be changed', 0, [error(2)], 'password_must_change'],
    ['that the password has expired', 49, [error(0)], 'password_expired'],
    ['that the account is locked', 49, [error(1)], 'account_locked'],
    ['something that is not known', 0, [error(99)], 'refused'],
    ['that the password expires soon', 0, [{ type: PPOLICY, value: Buffer.from([0x30, 0x05, 0xa0, 0x03, 0x80, 0x01, 0x09]) }], 'accepted'],
    [
      'a warning and an error',
      0,
      [{ type: PPOLICY, value: Buffer.from([0x30, 8, 0xa0, 3, 0x81, 1, 9, 0x81, 1, 2]) }],
      'password_must_change',
    ],
    ['an empty policy', 0, [{ type: PPOLICY, value: Buffer.from([0x30, 0]) }], 'accepted'],
    ["Netscape's word for it, unasked", 0, [{ type: NETSCAPE, value: Buffer.from('0') }], 'password_must_change'],
    ['that it soon expires, the Netscape way', 0, [{ type: '2.16.840.1.113730.3.4.5', value: Buffer.from('60') }], 'accepted'],
  ])('counts: %s', async (_, code, controls, expected) => {
    for (const supportedControl of [[PPOLICY], ['1.2.3'], []])
      expect((await bindAt({ code, controls, supportedControl })).answer).toBe(expected);
  });

  it.each([
    [19, '', 'account_locked'],
    [53, '', 'account_disabled'],
    [49, '80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 52e, v1db1', 'refused'],
    [49, '80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 525, v1db1', 'refused'],
    [49, '80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 532, v1db1', 'password_expired'],
    [49, '80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 533, v1db1', 'account_disabled'],
    [49, '80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 701, v1db1', 'account_expired'],
    [49, '80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 773, v1db1', 'password_must_change'],
    [49, '80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 775, v1db1', 'account_locked'],
  ])('counts: the code %i with "%s"', async (code, text, expected) => {
    expect((await bindAt({ code, text })).answer).toBe(expected);
  });

  it.each([51, 80])('is not repeated in a failure: its text may hold names (code %i)', async (code) => {
    const { answer } = await bindAt({ code, text: 'no such entry cn=alice' });
    expect(answer).toContain(`result code ${code}`);
    expect(answer).not.toContain('cn=alice');
  });

  it('is asked for where the directory says that it can answer, and nowhere else', async () => {
    expect((await bindAt({ supportedControl: ['1.2.3', PPOLICY] })).asked).toEqual([PPOLICY]);
    expect((await bindAt({ supportedControl: ['1.2.3'] })).asked).toEqual([]);
  });

  it('is reported once where the directory does not show what it supports', async () => {
    expect((await bindAt({ supportedControl: [] })).warnings).toEqual([expect.stringContaining('supportedControl of its root entry')]);
    expect((await bindAt({ supportedControl: [PPOLICY] })).warnings).toEqual([]);
  });
});
