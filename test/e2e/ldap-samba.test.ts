import type { LdapUserStoreConfig } from '../../lib/strategies/basic/ldap/ldap-user-store.config.js';
import { createTestCa } from '../support/certificates.js';
import { type LdapApp, startLdapApp } from '../support/ldap-app.js';
import { describeIfSamba, type SambaDomain, startSamba } from '../support/ldap-samba.js';

const BASE = 'DC=corp,DC=example';
const PEOPLE = `OU=People,${BASE}`;
const GROUPS = `OU=Groups,${BASE}`;
const PASSWORD = 'Of-the-users-1';
/** An account whose password does not expire; what is switched off, and what expires. @see MS-ADTS §2.2.16 */
const NORMAL = { userAccountControl: '66048' };
const DISABLED = { userAccountControl: '66050' };
const EXPIRES = { userAccountControl: '512' };
const IN_CHAIN = 'member:1.2.840.113556.1.4.1941:';

describeIfSamba('Basic over LDAP against Active Directory (Samba)', () => {
  let samba: SambaDomain;
  let app: LdapApp;

  const addUser = (cn: string, sAMAccountName: string, more: Readonly<Record<string, string>> = {}) =>
    samba.add(
      `CN=${cn},${PEOPLE}`,
      { objectClass: 'user', sAMAccountName, userPrincipalName: `${sAMAccountName}@corp.example`, ...NORMAL, ...more },
      PASSWORD,
    );
  const addGroup = (cn: string, member: readonly string[]) =>
    samba.add(`CN=${cn},${GROUPS}`, { objectClass: 'group', sAMAccountName: cn, member });

  beforeAll(async () => {
    const ca = await createTestCa();
    samba = await startSamba(ca);
    await samba.add(PEOPLE, { objectClass: 'organizationalUnit' });
    await samba.add(GROUPS, { objectClass: 'organizationalUnit' });
    await addUser('Reader', 'reader');
    await addUser('Jane Doe', 'jane');
    await addUser('Smith\\, John (x)*', 'john');
    // The account name of one is what the entry of the other is called.
    await addUser('mallory', 'victim');
    await addUser('M', 'mallory');
    await addUser('Disabled', 'disabled', DISABLED);
    await addUser('Ended', 'ended', { accountExpires: '131000000000000000' });
    await addUser('Fresh', 'fresh', { ...EXPIRES, pwdLastSet: '0' });
    await addUser('Locked', 'locked');
    await addGroup('builders', [`CN=Jane Doe,${PEOPLE}`, `CN=Smith\\, John (x)*,${PEOPLE}`]);
    await addGroup('engineers', [`CN=builders,${GROUPS}`]);
    await addGroup('staff', [`CN=engineers,${GROUPS}`]);
    // Negative numbers of 100 ns: failures count for half an hour.
    await samba.replace(BASE, {
      lockoutThreshold: '3',
      lockoutDuration: '-18000000000',
      lockOutObservationWindow: '-18000000000',
    });
    app = await startLdapApp('fastify', configs(samba, ca.certPem));
  }, 300_000);
  afterAll(async () => {
    await app?.app.close();
    await samba?.remove();
  });
  beforeEach(() => {
    app.reasons.length = 0;
  });

  it.each(['account', 'starttls', 'upn', 'domain'])('lets a user in by account name: %s', async (scheme) => {
    expect(await app.login(scheme, 'JANE', PASSWORD)).toMatchObject({ status: 200, username: 'jane', scopes: ['builders'] });
    expect((await app.login(scheme, 'jane', 'wrong')).status).toBe(401);
    expect((await app.login(scheme, 'nobody', PASSWORD)).status).toBe(401);
  });

  it('lets a user in by principal name', async () => {
    expect(await app.login('principal', 'jane@corp.example', PASSWORD)).toMatchObject({ status: 200, username: 'jane@corp.example' });
  });

  it('lets a user in by the name of the entry', async () => {
    expect(await app.login('dn', 'Jane Doe', PASSWORD)).toMatchObject({ status: 200, username: 'jane', scopes: ['builders'] });
    expect(await app.login('dn', 'Smith, John (x)*', PASSWORD)).toMatchObject({ status: 200, username: 'john' });
  });

  it.each(['nested', 'nested-upn'])('finds groups of groups with the matching rule: %s', async (scheme) => {
    for (const name of ['jane', 'john']) {
      const { scopes } = await app.login(scheme, name, PASSWORD);
      expect([...(scopes ?? [])].sort()).toEqual(['builders', 'engineers', 'staff']);
    }
    expect((await app.login(scheme, 'reader', PASSWORD)).scopes).toEqual([]);
  });

  it('limits logins to members of a group, nested ones included, with memberOf in the filter of users', async () => {
    expect((await app.login('members', 'jane', PASSWORD)).status).toBe(200);
    expect((await app.login('members', 'reader', PASSWORD)).status).toBe(401);
  });

  it('never makes the owner of one account the user of another that shares a name with it', async () => {
    expect((await app.login('upn-cn', 'mallory', PASSWORD)).status).toBe(401);
    expect(await app.login('upn', 'mallory', PASSWORD)).toMatchObject({ status: 200, username: 'mallory' });
  });

  it.each(['jane@corp.example', 'CORP\\jane', `CN=Jane Doe,${PEOPLE}`, 'corp.example/People/Jane Doe', '*', 'jane)(cn=*'])(
    'does not take %s for an account name',
    async (username) => {
      for (const scheme of ['account', 'upn', 'domain']) expect((await app.login(scheme, username, PASSWORD)).status).toBe(401);
    },
  );

  describe.each(['account', 'upn'])('what the log says of a refusal (%s)', (scheme) => {
    const REFUSED = { status: 401, challenge: 'Basic realm="api", charset="UTF-8"', wait: null };
    const seen = async (username: string, password: string) => {
      const { status, headers } = await app.login(scheme, username, password);
      return { status, challenge: headers.get('www-authenticate'), wait: headers.get('retry-after'), reason: app.reasons.pop() };
    };

    it.each([
      ['disabled', 'account_disabled'],
      ['ended', 'account_expired'],
      ['fresh', 'password_must_change'],
      ['nobody', 'bad_credentials'],
    ])('%s: %s', async (username, reason) => {
      expect(await seen(username, PASSWORD)).toEqual({ ...REFUSED, reason });
    });

    it('a wrong password: bad_credentials', async () => {
      for (const username of ['jane', 'ended']) expect(await seen(username, 'wrong')).toEqual({ ...REFUSED, reason: 'bad_credentials' });
      // So that it is not locked.
      expect((await app.login(scheme, 'jane', PASSWORD)).status).toBe(200);
    });

    it('too many wrong passwords: account_locked', async () => {
      for (let attempt = 0; attempt < 4; attempt++) await seen('locked', 'wrong');
      expect(await seen('locked', PASSWORD)).toEqual({ ...REFUSED, reason: 'account_locked' });
    });
  });
});

function configs({ url, ldapsUrl }: SambaDomain, cert: string): Readonly<Record<string, LdapUserStoreConfig>> {
  const secureSocket = { cert };
  const places = { userSearchBase: PEOPLE, groupSearchBase: GROUPS, groupEntryObjectClass: 'group', userNameAttribute: 'sAMAccountName' };
  const filter = { userNameSearchFilter: '(&(objectCategory=person)(objectClass=user)(sAMAccountName=?))' };
  const account = { connectionName: `CN=Reader,${PEOPLE}`, connectionPassword: PASSWORD };
  const common = { connectionUrl: ldapsUrl, secureSocket, ...places, ...filter };
  return {
    account: { ...common, ...account },
    starttls: { ...common, ...account, connectionUrl: url, startTls: true },
    principal: { ...common, ...account, userNameAttribute: 'userPrincipalName', userNameSearchFilter: '(userPrincipalName=?)' },
    nested: { ...common, ...account, membershipAttribute: IN_CHAIN },
    members: {
      ...common,
      ...account,
      userNameSearchFilter: `(&(sAMAccountName=?)(memberOf:1.2.840.113556.1.4.1941:=CN=staff,${GROUPS}))`,
    },
    upn: { ...common, bindTemplate: '{user}@corp.example' },
    'upn-cn': { ...common, bindTemplate: '{user}@corp.example', userNameAttribute: 'cn', userNameSearchFilter: '(cn=?)' },
    domain: { ...common, bindTemplate: 'CORP\\{user}' },
    'nested-upn': { ...common, bindTemplate: '{user}@corp.example', membershipAttribute: IN_CHAIN },
    dn: { connectionUrl: ldapsUrl, secureSocket, ...places, bindTemplate: `CN={user},${PEOPLE}` },
  };
}
