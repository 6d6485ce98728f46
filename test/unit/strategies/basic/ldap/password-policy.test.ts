import { DirectoryFeatures } from '../../../../../lib/strategies/basic/ldap/directory-features.js';
import { startBareDirectory } from '../../../../support/bare-directory.js';
import { openConnection as open } from './open-connection.js';

const PPOLICY = '1.3.6.1.4.1.42.2.27.8.5.1';
const NETSCAPE = '2.16.840.1.113730.3.4.4';

describe('what a directory says beside the result of a bind', () => {
  const bindAt = async (...options: Parameters<typeof startBareDirectory>) => {
    const directory = await startBareDirectory(...options);
    const warnings: string[] = [];
    const connection = await open(directory.url, new DirectoryFeatures((message) => void warnings.push(message)));
    const answer = await connection.bind('cn=u', 'x').catch((error: Error) => error.message);
    await connection.learnFeatures();
    connection.close();
    await directory.stop();
    return { answer, warnings, asked: directory.controls, searches: directory.searches };
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
    ['an error without a value', 49, [{ type: PPOLICY, value: Buffer.from([0x30, 2, 0x81, 0]) }], 'refused'],
    ['an error that is cut off', 0, [{ type: PPOLICY, value: Buffer.from([0x30, 2, 0x81, 1]) }], 'refused'],
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
    const { answer } = await bindAt({ code, text: 'no such entry cn=alice, data 775' });
    expect(answer).toContain(`result code ${code}`);
    expect(answer).not.toContain('cn=alice');
  });

  it('is asked for where the directory says that it can answer, and nowhere else', async () => {
    expect(await bindAt({ supportedControl: ['1.2.3', PPOLICY] })).toMatchObject({ asked: [PPOLICY], searches: 1 });
    expect((await bindAt({ supportedControl: ['1.2.3'] })).asked).toEqual([]);
  });

  it('is asked for with a second bind where the directory shows its abilities to users only', async () => {
    const answers = { supportedControl: [PPOLICY], showsUsersOnly: true };
    expect((await bindAt({ ...answers, controls: [error(2)] })).answer).toBe('password_must_change');
    expect(await bindAt(answers)).toEqual({ answer: 'accepted', warnings: [], asked: [PPOLICY], searches: 2 });
    expect((await bindAt({ ...answers, code: 49 })).asked).toEqual([]);
  });

  it('is reported once where the directory does not show what it supports', async () => {
    expect((await bindAt({ supportedControl: [] })).warnings).toEqual([expect.stringContaining('supportedControl of its root entry')]);
    expect((await bindAt({ supportedControl: [PPOLICY] })).warnings).toEqual([]);
  });
});
