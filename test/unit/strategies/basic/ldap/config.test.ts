import { AuthConfigurationError } from '../../../../../lib/errors.js';
import { resolveEndpoint } from '../../../../../lib/strategies/basic/ldap/directory-settings.js';
import type { LdapUserStoreConfig } from '../../../../../lib/strategies/basic/ldap/ldap-user-store.config.js';
import { withDefaults } from '../../../../../lib/strategies/basic/ldap/ldap-user-store.schema.js';
import { LdapUserStoreStrategy } from '../../../../../lib/strategies/basic/ldap/ldap-user-store.strategy.js';
import { createTestCa } from '../../../../support/certificates.js';
import { ldapConfig } from '../../../../support/ldap-facts.js';

const URL_HERE = 'ldap://localhost:389';

/** Prepares a config as a JavaScript user might write it: the warnings, or the problems. */
async function prepare(config: unknown): Promise<{ readonly warnings: readonly string[]; readonly problems: readonly string[] }> {
  const warnings: string[] = [];
  const strategy = new LdapUserStoreStrategy({ trustedProxies: [], warn: (message) => void warnings.push(message) });
  try {
    const authenticator = await strategy.prepare(config as LdapUserStoreConfig, 'directory');
    await authenticator.close?.();
    return { warnings, problems: [] };
  } catch (error) {
    if (!(error instanceof AuthConfigurationError)) throw error;
    return { warnings, problems: error.problems.map(({ path, message }) => `${path}: ${message}`) };
  }
}

const LIMITER = { consume: async () => ({ msBeforeNext: 1 }), reward: async () => undefined, delete: async () => undefined };

const changed = (changes: Record<string, unknown>) => ({ ...ldapConfig(URL_HERE), ...changes });

it("takes Ballerina's whole configuration, and names the fields that have no effect in one line", async () => {
  const { warnings, problems } = await prepare(ldapConfig(URL_HERE));
  expect(problems).toEqual([]);
  expect(warnings).toEqual([
    'directory (ldapUserStoreConfig): Accepted and ignored: userNameListFilter, groupNameSearchFilter, userEntryObjectClass, groupEntryObjectClass.',
  ]);
});

it('needs no more than where the directory is, who searches, and where', async () => {
  const least = {
    connectionUrl: URL_HERE,
    connectionName: 'cn=a',
    connectionPassword: 'b',
    userSearchBase: 'ou=c',
    userNameAttribute: 'uid',
  };
  expect(await prepare(least)).toEqual({ warnings: [], problems: [] });
});

it.each([
  ['a misspelt field', { conectionTimeout: 5 }, 'conectionTimeout: is not a known field. Did you mean "connectionTimeout"?'],
  ['no URL', { connectionUrl: undefined }, 'connectionUrl: has no value'],
  ['another protocol', { connectionUrl: 'https://localhost' }, 'connectionUrl: must be ldaps://host:port'],
  ['no host', { connectionUrl: 'ldap://' }, 'connectionUrl: must be ldaps://host:port'],
  ['another protocol before the right one', { connectionUrl: 'http://localhost/ldap://' }, 'connectionUrl: must be ldaps://host:port'],
  ['a place in the URL', { connectionUrl: 'ldap://localhost/dc=x' }, 'connectionUrl: must end after the port'],
  ['a query in the URL', { connectionUrl: 'ldap://localhost?uid' }, 'connectionUrl: must end after the port'],
  ['a fragment in the URL', { connectionUrl: 'ldap://localhost/#x' }, 'connectionUrl: must end after the port'],
  ['a search in the URL', { connectionUrl: 'ldap://localhost/dc=x?uid' }, 'connectionUrl: must end after the port'],
  ['credentials in the URL', { connectionUrl: 'ldap://a:s3cret@localhost' }, 'connectionUrl: must not contain a user name or a password'],
  [
    'clear text to another machine',
    { connectionUrl: 'ldap://ldap.example.com' },
    'connectionUrl: sends passwords in clear to another machine',
  ],
  ['StartTLS over ldaps', { connectionUrl: 'ldaps://localhost', startTls: true }, 'startTls: is for ldap:// only'],
  ['TLS settings without TLS', { secureSocket: { cert: 'ca.pem' } }, 'secureSocket: has no effect on ldap:// without startTls: true'],
  [
    'a CA that is not there',
    { startTls: true, secureSocket: { cert: 'no-such.pem' } },
    'secureSocket.cert: cannot read the file "no-such.pem"',
  ],
  ['no password of the account', { connectionPassword: '' }, 'connectionPassword: must not be empty'],
  ['an empty search base', { userSearchBase: [] }, 'userSearchBase: must not be an empty list'],
  ['nothing but separators', { userSearchBase: ' # ' }, 'userSearchBase: names no place'],
  ['a filter without the user name', { userNameSearchFilter: '(uid=alice)' }, 'userNameSearchFilter: must have a ?'],
  ['a filter that is none', { userNameSearchFilter: '(&(uid=?)' }, 'userNameSearchFilter: is not an LDAP filter'],
  ['a filter with spaces', { userNameSearchFilter: '(& (a=b) (uid=?))' }, 'userNameSearchFilter: is not an LDAP filter'],
  ['a group filter that is none', { groupNameListFilter: '(objectClass=)(' }, 'groupNameListFilter: is not an LDAP filter'],
  ['an attribute that is a filter', { userNameAttribute: 'uid=*)(x' }, 'userNameAttribute: must be the name of an attribute'],
  ['a membership that is a filter', { membershipAttribute: '' }, 'membershipAttribute: must be the name of an attribute'],
  [
    'a matching rule without its colon',
    { membershipAttribute: 'member:1.2.840.113556.1.4.1941' },
    'membershipAttribute: must be the name of',
  ],
  ['a matching rule that is a filter', { membershipAttribute: 'member:1.2:=x)(a' }, 'membershipAttribute: must be the name of'],
  ['a cache that is true', { cacheConfig: true }, 'cacheConfig: must be an object, not a boolean'],
  ['a limit of failed logins that is true', { failedLogins: true }, 'failedLogins: must be an object like { limit: 10 }, or false'],
  ['no failed login at all', { failedLogins: { limit: 0 } }, 'failedLogins.limit: must be a whole number, at least 1'],
  ['a window of a moment', { failedLogins: { window: 0.5 } }, 'failedLogins.window: must be a number of seconds, from 1 to 604800'],
  ['a window of more than a week', { failedLogins: { window: 604_801 } }, 'failedLogins.window: must be a number of seconds, from 1'],
  ['a place for limits that is no function', { failedLogins: { createLimiter: {} } }, 'failedLogins.createLimiter: must be a function'],
  ['a text in place of limits', { failedLogins: 'off' }, 'failedLogins: must be an object like'],
  ['no time to connect', { connectionTimeout: 0 }, 'connectionTimeout: must be a number of seconds above 0'],
  ['more time than a timer can hold', { readTimeout: 1e9 }, 'readTimeout: must be a number of seconds above 0, at most 86400'],
  ['a time that is a text', { readTimeout: '60' }, 'readTimeout: must be a number, not a string'],
  ['a switch that is a text', { userRolesCacheEnabled: 'false' }, 'userRolesCacheEnabled: must be a boolean, not a string'],
])('refuses %s, and says where and how to mend it', async (_, changes, expected) => {
  const { problems } = await prepare(changed(changes));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(expected);
  expect(problems[0]).not.toContain('s3cret');
});

describe('a bind template', () => {
  const { connectionName: _name, connectionPassword: _password, ...withoutAccount } = ldapConfig(URL_HERE);
  const templated = (bindTemplate: unknown, more = {}) => ({
    ...withoutAccount,
    userSearchBase: 'ou=Users,dc=avix,dc=lk',
    bindTemplate,
    ...more,
  });

  it.each([
    'uid={user},ou=Users,dc=avix,dc=lk',
    'UID = {user} , OU=users, DC=AVIX,dc=lk',
    'cn=x-{user}+ou=y,ou=More,ou=Users,dc=avix,dc=lk',
    '{user}@corp.example',
    'CORP\\{user}',
  ])('takes the place of a service account: %s', async (template) => {
    expect((await prepare(templated(template))).problems).toEqual([]);
  });

  it.each([
    ['no user name', 'uid=alice,ou=Users,dc=avix,dc=lk', 'must have {user} where the user name goes'],
    ['nothing', '', 'must not be empty'],
    ['another placeholder', 'uid={user},ou={tenant},dc=avix,dc=lk', 'a placeholder or a brace other than {user}'],
    ['the user name alone', '{user}', 'must be the name of an entry as RFC 4514 writes it'],
    ['a backslash that JavaScript has eaten', 'CORP{user}', 'in a JavaScript string the backslash is written twice'],
    ['a type of attribute from the caller', '{user}=x,ou=Users,dc=avix,dc=lk', 'must be the name of an entry'],
    ['an escape that the caller ends', 'uid=\\{user},ou=Users,dc=avix,dc=lk', 'must be the name of an entry'],
    ['octets from the caller', 'uid=#{user},ou=Users,dc=avix,dc=lk', 'must be the name of an entry'],
    ['a domain from the caller', 'x@{user}', 'must be the name of an entry'],
    ['a place elsewhere', 'uid={user},ou=Guests,dc=avix,dc=lk', 'names entries outside userSearchBase'],
    ['a place that ends with another word', 'uid={user},xou=Users,dc=avix,dc=lk', 'names entries outside userSearchBase'],
    ['a place from the caller', 'uid=a,ou={user},dc=avix,dc=lk', 'names entries outside userSearchBase'],
    ['a place that is a part of the base', 'uid={user},dc=avix,dc=lk', 'names entries outside userSearchBase'],
    ['no string', 5, 'must be a string, not a number'],
  ])('is refused with %s', async (_, template, expected) => {
    const { problems } = await prepare(templated(template));
    expect(problems).toEqual([expect.stringContaining(`bindTemplate: ${expected}`.slice(0, 14))]);
    expect(problems[0]).toContain(expected);
  });

  it('is refused where the base is not a name that it could lead to', async () => {
    const { problems } = await prepare(templated('uid={user},ou=Users,dc=avix,dc=lk', { userSearchBase: 'Users' }));
    expect(problems).toEqual([expect.stringContaining('bindTemplate: names entries outside userSearchBase')]);
  });

  it.each([
    ['ou={user},dc=lk', 'uid=a,ou={user},dc=lk'],
    ['ou={user}+l=x,dc=lk', 'uid=a,ou={user}+l=x,dc=lk'],
  ])('is refused where the caller would choose the place, though the base has the placeholder: %s', async (userSearchBase, template) => {
    const { problems } = await prepare(templated(template, { userSearchBase }));
    expect(problems).toEqual([expect.stringContaining('bindTemplate: names entries outside userSearchBase')]);
  });

  it('may lead below one of several bases', async () => {
    const userSearchBase = ['Users', 'ou=More,dc=avix,dc=lk', 'ou=Users,dc=avix,dc=lk'];
    expect((await prepare(templated('uid={user},ou=Users,dc=avix,dc=lk', { userSearchBase }))).problems).toEqual([]);
  });

  it.each([{ connectionName: 'cn=a', connectionPassword: 'b' }, { connectionName: 'cn=a' }, { connectionPassword: 'b' }])(
    'does not stand beside %j',
    async (account) => {
      const { problems } = await prepare(templated('{user}@corp.example', account));
      expect(problems).toEqual(['bindTemplate: replaces connectionName and connectionPassword: remove it, or remove them.']);
    },
  );

  it.each(['connectionName', 'connectionPassword'])('is the cure where %s is missing', async (field) => {
    const { [field]: _, ...config } = changed({}) as Record<string, unknown>;
    const { problems } = await prepare(config);
    expect(problems).toEqual([`${field}: has no value: set connectionName and connectionPassword, or bindTemplate instead.`]);
  });

  it('leaves no connection to keep, and says so', async () => {
    const { warnings } = await prepare(templated('{user}@corp.example', { connectionPoolingEnabled: true }));
    expect(warnings[0]).toContain('connectionPoolingEnabled');
  });
});

it.each([false, {}, { limit: 1, window: 604_800, createLimiter: () => LIMITER }])('takes %j for failedLogins', async (failedLogins) => {
  expect((await prepare(changed({ failedLogins }))).problems).toEqual([]);
});

it('takes false for no cache of logins', async () => {
  expect((await prepare(changed({ cacheConfig: false }))).problems).toEqual([]);
});

it.each([
  { connectionUrl: 'ldap://127.0.0.1:389' },
  { connectionUrl: 'ldap://[::1]:389' },
  { connectionUrl: 'ldaps://ldap.example.com/' },
  { connectionUrl: 'ldap://ldap.example.com', startTls: true },
])('accepts %j', async (changes) => {
  expect((await prepare(changed(changes))).problems).toEqual([]);
});

it.each([
  ['ldap://localhost', 'localhost', 389, 'none'],
  ['LDAPS://ldap.example.com', 'ldap.example.com', 636, 'ldaps'],
  ['ldap://[::1]:1389/', '::1', 1389, 'none'],
  ['ldap://127.0.0.1:636', '127.0.0.1', 636, 'none'],
])('leads to the host and the port of %s', (connectionUrl, host, port, security) => {
  expect(resolveEndpoint(withDefaults({ ...ldapConfig(URL_HERE), connectionUrl }))).toMatchObject({ host, port, security });
});

it('says what is at stake where protection is turned off', async () => {
  const plain = await prepare(changed({ connectionUrl: 'ldap://ldap.example.com', allowPlainLdap: true }));
  expect(plain.warnings).toContainEqual(expect.stringContaining('Passwords may cross the network in clear (allowPlainLdap)'));
  const { certPem } = await createTestCa();
  const unverified = await prepare(changed({ connectionUrl: 'ldaps://ldap.example.com', secureSocket: { cert: certPem, disable: true } }));
  expect(unverified.warnings).toContainEqual(
    expect.stringMatching(/The certificate of the directory is not verified \(secureSocket\.disable\): .*read every password/),
  );
});
