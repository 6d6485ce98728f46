import { setTimeout as sleep } from 'node:timers/promises';
import { createTestCa, type TestCa } from '../support/certificates.js';
import { type LdapApp, startLdapApp } from '../support/ldap-app.js';
import { ldapConfig } from '../support/ldap-facts.js';
import { type Slapd, startSlapd } from '../support/ldap-slapd.js';
import { describeIfOnPath } from '../support/on-path.js';

const USERS = 'ou=Users,dc=avix,dc=lk';
const GROUPS = 'ou=Groups,dc=avix,dc=lk';
const person = (dn: string, uid: string, userPassword: string) => ({
  dn,
  objectClass: 'inetOrgPerson',
  cn: 'x',
  sn: 'x',
  uid,
  userPassword,
});

describeIfOnPath('slapd')('Basic over LDAP against OpenLDAP', (path) => {
  let ca: TestCa;
  let slapd: Slapd;
  let app: LdapApp;

  beforeAll(async () => {
    ca = await createTestCa();
    slapd = await startSlapd(path, ca);
    const pooled = { connectionPoolingEnabled: true, userRolesCacheEnabled: false };
    const posix = { membershipAttribute: 'memberUid', groupNameListFilter: '(objectClass=posixGroup)' };
    const { connectionName: _name, connectionPassword: _password, ...withoutAccount } = ldapConfig(slapd.url, pooled);
    const unique = { membershipAttribute: 'uniqueMember', groupNameListFilter: '(objectClass=groupOfUniqueNames)' };
    app = await startLdapApp('fastify', {
      template: { ...withoutAccount, bindTemplate: `uid={user},${USERS}` },
      unique: ldapConfig(slapd.url, { ...pooled, ...unique }),
      ldap: ldapConfig(slapd.url, pooled),
      ldaps: ldapConfig(slapd.ldapsUrl, { ...pooled, secureSocket: { cert: ca.certPem } }),
      starttls: ldapConfig(slapd.url, { ...pooled, startTls: true, secureSocket: { cert: ca.certPem } }),
      distrustful: ldapConfig(slapd.ldapsUrl, pooled),
      posix: ldapConfig(slapd.url, { ...pooled, ...posix }),
      'wrong-account': ldapConfig(slapd.url, { connectionPassword: 'not-it' }),
    });
  });
  afterAll(async () => {
    await app?.app.close();
    await slapd?.remove();
  });

  it.each(['ldap', 'ldaps', 'starttls'])('lets users in over %s', async (scheme) => {
    expect(await app.login(scheme, 'ldclakmal', 'ldclakmal@123')).toMatchObject({ status: 200, scopes: ['admin', 'developer'] });
    expect((await app.login(scheme, 'alice', 'ldclakmal@123')).status).toBe(401);
    expect((await app.login(`${scheme}/admin`, 'alice', 'alice@123')).status).toBe(403);
  });

  it('does not talk to a server whose certificate it does not trust', async () => {
    expect((await app.login('distrustful', 'alice', 'alice@123')).status).toBe(503);
  });

  it('answers 503 when its own account is refused', async () => {
    expect((await app.login('wrong-account', 'alice', 'alice@123')).status).toBe(503);
  });

  it.each(['*', 'a*', ')(uid=*', '*)(|(uid=*', '\\2a', '*)(&', 'alice)(objectClass=*', '\\)', '\\)\\'])(
    'finds nobody by the name %s',
    async (username) => {
      expect((await app.login('ldap', username, 'alice@123')).status).toBe(401);
    },
  );

  it.each([
    ['a comma', 'j,doe', 'uid=j\\,doe'],
    ['quotes and a backslash', '"q"\\2a', 'uid=\\"q\\"\\\\2a'],
    ['parentheses and an asterisk', '(x)*', 'uid=(x)*'],
    ['letters outside ASCII', '用户😀é', 'uid=用户😀é'],
    ['a plus and a hash', '#a+b', 'uid=\\#a\\+b'],
  ])('lets a user in whose name has %s, with its groups', async (kind, username, rdn) => {
    const dn = `${rdn},${USERS}`;
    await slapd.add(person(dn, username, 'pässword'));
    await slapd.add({ dn: `cn=${kind},${GROUPS}`, objectClass: 'groupOfNames', cn: kind, member: [dn] });
    expect(await app.login('ldap', username, 'pässword')).toMatchObject({ status: 200, username, scopes: [kind] });
    expect((await app.login('ldap', username, 'password')).status).toBe(401);
    expect(await app.login('template', username, 'pässword')).toMatchObject({ status: 200, username, scopes: [kind] });
    expect((await app.login('template', username, 'password')).status).toBe(401);
  });

  it('lets users in who bind with a template, and no other entry by a name that would leave it', async () => {
    expect(await app.login('template', 'ALICE', 'alice@123')).toMatchObject({ status: 200, username: 'alice' });
    for (const name of ['nobody', `alice,${USERS}`, 'alice+cn=x', '*', 'alice\\']) {
      expect((await app.login('template', name, 'alice@123')).status).toBe(401);
    }
  });

  it('finds groupOfUniqueNames', async () => {
    await slapd.add({ dn: `cn=unique,${GROUPS}`, objectClass: 'groupOfUniqueNames', cn: 'unique', uniqueMember: [`uid=alice,${USERS}`] });
    expect((await app.login('unique', 'alice', 'alice@123')).scopes).toEqual(['unique']);
  });

  it('finds the posixGroup of the login name where the entry is called otherwise, with the spelling of the entry', async () => {
    await slapd.add({ ...person(`cn=root,${USERS}`, 'jRoe', 'x'), cn: 'root' });
    const group = (cn: string, memberUid: string) => ({
      dn: `cn=${cn},${GROUPS}`,
      objectClass: 'posixGroup',
      cn,
      gidNumber: '7',
      memberUid,
    });
    await slapd.add(group('of the login name', 'jRoe'));
    await slapd.add(group('of what was typed', 'JROE'));
    await slapd.add(group('of the entry', 'root'));
    expect(await app.login('posix', 'JROE', 'x')).toMatchObject({ username: 'jRoe', scopes: ['of the login name'] });
  });

  it.each([
    ['k,doe', 'uid=k\\,doe'],
    ['k"*\\', 'uid=k\\"*\\\\'],
  ])('finds the posixGroup that lists %s', async (username, rdn) => {
    await slapd.add(person(`${rdn},${USERS}`, username, 'x'));
    await slapd.add({
      dn: `cn=group ${username.length},${GROUPS}`,
      objectClass: 'posixGroup',
      cn: `group ${username.length}`,
      gidNumber: '1',
      memberUid: ['k', username],
    });
    expect((await app.login('posix', username, 'x')).scopes).toEqual([`group ${username.length}`]);
  });

  it('does not let a name in that the directory takes for another spelling of it, but under the one that it has', async () => {
    expect(await app.login('ldap', 'ALICE', 'alice@123')).toMatchObject({ status: 200, username: 'alice' });
    expect((await app.login('ldap', 'alice ', 'alice@123')).status).toBe(401);
  });

  it('does not follow a referral to another server', async () => {
    await slapd.add({
      dn: `uid=away,${USERS}`,
      objectClass: ['referral', 'extensibleObject'],
      uid: 'away',
      ref: ['ldap://localhost:9/dc=avix,dc=lk'],
    });
    expect((await app.login('ldap', 'away', 'x')).status).toBe(401);
    expect((await app.login('ldap', 'alice', 'alice@123')).status).toBe(200);
  });

  it('answers 503 while the directory is down and 200 when it is back, without a restart', async () => {
    const login = () => app.login('starttls', 'alice', 'alice@123');
    expect((await login()).status).toBe(200);
    await slapd.stop();
    expect((await login()).status).toBe(503);
    await slapd.start();
    let status = (await login()).status;
    for (let attempt = 0; attempt < 100 && status === 503; attempt++) {
      await sleep(50);
      status = (await login()).status;
    }
    expect(status).toBe(200);
  });
});
