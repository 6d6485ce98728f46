import { setTimeout as sleep } from 'node:timers/promises';
import { createTestCa } from '../support/certificates.js';
import { type LdapApp, startLdapApp } from '../support/ldap-app.js';
import { ldapConfig } from '../support/ldap-facts.js';
import { type Slapd, startSlapd } from '../support/ldap-slapd.js';
import { describeIfOnPath } from '../support/on-path.js';

const USERS = 'ou=Users,dc=avix,dc=lk';
const BASE = 'dc=avix,dc=lk';
const person = (uid: string, more: Readonly<Record<string, string>> = {}) => ({
  dn: `uid=${uid},${USERS}`,
  objectClass: 'inetOrgPerson',
  cn: uid,
  sn: uid,
  uid,
  userPassword: `${uid}@123`,
  ...more,
});
const policy = (cn: string, more: Readonly<Record<string, string>>) => ({
  dn: `cn=${cn},${BASE}`,
  objectClass: ['person', 'pwdPolicy'],
  cn,
  sn: cn,
  pwdAttribute: 'userPassword',
  ...more,
});

describeIfOnPath('slapd')('the password policy of OpenLDAP', (path) => {
  let slapd: Slapd;
  let app: LdapApp;

  beforeAll(async () => {
    slapd = await startSlapd(path, await createTestCa());
    await slapd.add(policy('reset', { pwdMustChange: 'TRUE' }));
    await slapd.add(policy('strict', { pwdMaxFailure: '3', pwdLockout: 'TRUE', pwdMaxAge: '1' }));
    await slapd.add(policy('lockout', { pwdMaxFailure: '3', pwdLockout: 'TRUE' }));
    await slapd.add(person('fresh', { pwdPolicySubentry: `cn=reset,${BASE}`, pwdReset: 'TRUE' }));
    await slapd.add(person('old', { pwdPolicySubentry: `cn=strict,${BASE}` }));
    await slapd.add(person('locked', { pwdPolicySubentry: `cn=lockout,${BASE}` }));
    await slapd.add(person('reader', { pwdPolicySubentry: `cn=lockout,${BASE}` }));
    await slapd.add(person('new-reader', { pwdPolicySubentry: `cn=reset,${BASE}`, pwdReset: 'TRUE' }));
    const pooled = { connectionPoolingEnabled: true, userRolesCacheEnabled: false };
    app = await startLdapApp('express', {
      ldap: ldapConfig(slapd.url, pooled),
      limited: ldapConfig(slapd.url, { ...pooled, failedLogins: { limit: 3 } }),
      stale: ldapConfig(slapd.url, { ...pooled, connectionName: `uid=reader,${USERS}`, connectionPassword: 'of last year' }),
      alone: ldapConfig(slapd.url, { connectionName: `uid=reader,${USERS}`, connectionPassword: 'of last year' }),
      reset: ldapConfig(slapd.url, { ...pooled, connectionName: `uid=new-reader,${USERS}`, connectionPassword: 'new-reader@123' }),
    });
  });
  afterAll(async () => {
    await app?.app.close();
    await slapd?.remove();
  });
  beforeEach(() => {
    app.reasons.length = 0;
  });

  const seen = async (username: string, password: string, scheme = 'ldap') => {
    const { status, headers } = await app.login(scheme, username, password);
    return { status, challenge: headers.get('www-authenticate'), wait: headers.get('retry-after'), reason: app.reasons.pop() };
  };
  const REFUSED = { status: 401, challenge: 'Basic realm="api", charset="UTF-8"', wait: null };

  it('refuses a user who must change the password first, although the directory lets it bind', async () => {
    expect(await seen('fresh', 'fresh@123')).toEqual({ ...REFUSED, reason: 'password_must_change' });
    expect(await seen('fresh', 'wrong')).toEqual({ ...REFUSED, reason: 'bad_credentials' });
    await slapd.replace(`uid=fresh,${USERS}`, { pwdReset: 'FALSE' });
    expect((await app.login('ldap', 'fresh', 'fresh@123')).status).toBe(200);
    await slapd.replace(`uid=fresh,${USERS}`, { pwdReset: 'TRUE' });
  });

  it('counts the right password of such a user as a failure: where it is not counted, it would be known to be right', async () => {
    for (let each = 0; each < 3; each++) expect((await app.login('limited', 'fresh', 'fresh@123')).status).toBe(401);
    expect((await app.login('limited', 'fresh', 'fresh@123')).status).toBe(429);
  });

  it('tells an expired password and a locked account from a wrong password in the log, and not to the caller', async () => {
    await sleep(2100);
    expect(await seen('old', 'old@123')).toEqual({ ...REFUSED, reason: 'password_expired' });
    for (let each = 0; each < 3; each++) await app.login('ldap', 'locked', 'wrong');
    expect(await seen('locked', 'locked@123')).toEqual({ ...REFUSED, reason: 'account_locked' });
    expect(await seen('alice', 'alice@123')).toMatchObject({ status: 200 });
  });

  it.each([
    ['pooled', 'stale'],
    ['one for each login', 'alone'],
  ])('does not lock its own account with a password that is stale, with connections that are %s', async (_, scheme) => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.login(scheme, 'alice', 'alice@123')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    // Three failures would have locked it: the right password still binds.
    expect((await app.login('ldap', 'reader', 'reader@123')).status).toBe(200);
  });

  it('does not use a service account that must change its password', async () => {
    expect(await seen('alice', 'alice@123', 'reset')).toMatchObject({ status: 503, reason: 'could_not_find_out' });
  });
});
