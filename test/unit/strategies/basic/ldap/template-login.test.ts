import type { Entry, SearchOptions } from 'ldapts';
import { AuthUnavailableError } from '../../../../../lib/errors.js';
import { AmbiguousNames } from '../../../../../lib/strategies/basic/ldap/ambiguous-names.js';
import { readBindTemplate } from '../../../../../lib/strategies/basic/ldap/bind-template.js';
import { resolveSearches } from '../../../../../lib/strategies/basic/ldap/directory-settings.js';
import { GroupMemory } from '../../../../../lib/strategies/basic/ldap/group-memory.js';
import type { BindAnswer } from '../../../../../lib/strategies/basic/ldap/ldap-connection.js';
import type { LdapUserStoreConfig } from '../../../../../lib/strategies/basic/ldap/ldap-user-store.config.js';
import { withDefaults } from '../../../../../lib/strategies/basic/ldap/ldap-user-store.schema.js';
import { TemplateLogin } from '../../../../../lib/strategies/basic/ldap/template-login.js';

const SID = Buffer.from([1, 5, 7]);
const OTHER_SID = Buffer.from([1, 5, 8]);
const GROUP_SID = Buffer.from([1, 5, 9]);
const BY_DN = 'uid={user},ou=Users';
const BY_NAME = '{user}@corp.example';

interface Played {
  readonly template?: string;
  readonly config?: Partial<LdapUserStoreConfig>;
  readonly answer?: BindAnswer;
  /** What a read gives, by the name of the entry. */
  readonly entries?: Readonly<Record<string, Entry>>;
  /** What a search gives, by its base. */
  readonly found?: Readonly<Record<string, readonly Entry[]>>;
}

/** A login at a directory that the test plays, and what was asked of it. */
function setUp({ template = BY_DN, config = {}, answer = 'accepted', entries = {}, found = {} }: Played) {
  const asked: string[] = [];
  const options: SearchOptions[] = [];
  const warnings: string[] = [];
  const settings = resolveSearches(
    withDefaults({
      connectionUrl: 'ldaps://localhost',
      userSearchBase: 'ou=Users',
      userNameAttribute: 'uid',
      groupSearchBase: 'ou=Groups',
      ...config,
    }),
  );
  const connection = {
    bind: async (name: string, password: string) => {
      asked.push(`bind ${name} ${password}`);
      return answer;
    },
    read: async (dn: string, given: SearchOptions) => {
      const { filter } = given;
      options.push(given);
      asked.push(`read ${dn} ${filter ?? ''}`);
      return entries[dn];
    },
    search: async (base: string, given: SearchOptions) => {
      const { filter } = given;
      options.push(given);
      asked.push(`search ${base} ${filter}`);
      return [...(found[base] ?? [])];
    },
    close: () => void asked.push('close'),
  };
  const warn = (message: string) => void warnings.push(message);
  const login = new TemplateLogin({
    template: readBindTemplate(template, settings.userBases),
    settings,
    open: async () => connection,
    groups: new GroupMemory(false),
    ambiguous: new AmbiguousNames(warn),
    warn,
  });
  return { login: (username: string) => login.login(username, 'pw', async () => true), asked, options, warnings };
}

describe('a template that is the name of an entry', () => {
  it('binds, reads the bound entry and searches its groups, all with one connection that it closes', async () => {
    const { login, asked } = setUp({
      entries: { 'uid=JANE,ou=Users': { dn: 'uid=jane,ou=Users', uid: 'jane' } },
      found: { 'ou=Groups': [{ dn: 'cn=dev', cn: 'dev' }] },
    });
    expect(await login('JANE')).toEqual({
      username: 'jane',
      scopes: ['dev'],
      roles: ['dev'],
      claims: { dn: 'uid=jane,ou=Users' },
      version: '',
    });
    expect(asked).toEqual([
      'bind uid=JANE,ou=Users pw',
      'read uid=JANE,ou=Users (objectClass=*)',
      'search ou=Groups (&(objectClass=groupOfNames)(member=uid=jane,ou=Users))',
      'close',
    ]);
  });

  it.each([
    ['jane,ou=Admins', 'uid=jane\\,ou=Admins,ou=Users'],
    ['jane+cn=x', 'uid=jane\\+cn=x,ou=Users'],
    ['#4a', 'uid=\\#4a,ou=Users'],
    ['a\\,b', 'uid=a\\\\\\,b,ou=Users'],
    ['"a";<b>', 'uid=\\"a\\"\\;\\<b\\>,ou=Users'],
    ['$&$1', 'uid=$&$1,ou=Users'],
    ['{user}', 'uid={user},ou=Users'],
    ['a\nb', 'uid=a\\0ab,ou=Users'],
    ['jos\u00e9', 'uid=jos\u00e9,ou=Users'],
  ])('keeps %j one value of that name', async (username, name) => {
    const { login, asked } = setUp({ answer: 'refused' });
    expect(await login(username)).toBe('refused');
    expect(asked).toEqual([`bind ${name} pw`, 'close']);
  });

  it.each([
    [{ userEntryObjectClass: 'inetOrgPerson' }, '(objectClass=inetOrgPerson)'],
    [{ userNameSearchFilter: '(&(uid=?)(memberOf=cn=app))' }, '(&(uid=j\\2a)(memberOf=cn=app))'],
  ])('admits only an entry that fits %j', async (config, filter) => {
    const { login, asked, warnings } = setUp({ config });
    expect(await login('j*')).toBe('refused');
    expect(await login('j*')).toBe('refused');
    expect(asked.slice(0, 3)).toEqual(['bind uid=j*,ou=Users pw', `read uid=j*,ou=Users ${filter}`, 'close']);
    expect(warnings).toEqual([expect.stringContaining('shows no entry of that user')]);
  });

  it('cannot tell who an entry without a user name is', async () => {
    const { login, asked } = setUp({ entries: { 'uid=jane,ou=Users': { dn: 'uid=jane,ou=Users', uid: [] } } });
    await expect(login('jane')).rejects.toThrow(AuthUnavailableError);
    expect(asked.at(-1)).toBe('close');
  });

  it('asks for no groups where none are', async () => {
    const { login } = setUp({
      config: { groupSearchBase: [] },
      entries: { 'uid=jane,ou=Users': { dn: 'uid=jane,ou=Users', uid: 'jane' } },
    });
    expect(await login('jane')).toMatchObject({ scopes: [] });
  });
});

describe('a template that is the name of an account', () => {
  const jane = { dn: 'cn=Jane,ou=Users', uid: 'jane', objectSid: SID };
  const token = (...sids: readonly Buffer[]) => ({ '': { dn: '', tokenGroups: [...sids] } });

  it.each([
    [BY_NAME, 'jane@corp.example'],
    ['CORP\\{user}', 'CORP\\jane'],
  ])('%s finds the entry of the bound account', async (template, name) => {
    const { login, asked } = setUp({ template, entries: token(SID, GROUP_SID), found: { 'ou=Users': [jane] } });
    expect(await login('jane')).toMatchObject({ username: 'jane', claims: { dn: 'cn=Jane,ou=Users' } });
    expect(asked.slice(0, 3)).toEqual([`bind ${name} pw`, 'read  ', 'search ou=Users (uid=jane)']);
  });

  it.each([
    ['is of another account', { ...jane, objectSid: OTHER_SID }],
    ['has no identifier', { dn: jane.dn, uid: 'jane' }],
  ])('refuses an entry that %s', async (_, entry) => {
    const { login, warnings } = setUp({ template: BY_NAME, entries: token(SID, GROUP_SID), found: { 'ou=Users': [entry] } });
    expect(await login('jane')).toBe('refused');
    expect(warnings).toEqual([expect.stringContaining('belongs to another account')]);
  });

  it('refuses a name of several entries, and one of none', async () => {
    const twins = setUp({ template: BY_NAME, entries: token(SID), found: { 'ou=Users': [jane, { ...jane, dn: 'cn=Other' }] } });
    expect(await twins.login('jane')).toBe('refused');
    expect(twins.warnings).toEqual([expect.stringContaining('several entries have the user name "jane"')]);
    const nobody = setUp({ template: BY_NAME, entries: token(SID) });
    expect(await nobody.login('jane')).toBe('refused');
  });

  it('asks for the identifiers as bytes, and for nothing else but the user name', async () => {
    const { login, options } = setUp({
      template: BY_NAME,
      entries: token(SID),
      found: { 'ou=Users': [jane] },
      config: { groupSearchBase: [] },
    });
    await login('jane');
    expect(options).toEqual([
      { attributes: ['tokenGroups'], explicitBufferAttributes: ['tokenGroups'] },
      { filter: '(uid=jane)', attributes: ['uid', 'objectSid'], explicitBufferAttributes: ['objectSid'], sizeLimit: 2 },
    ]);
    const named = setUp({ entries: { 'uid=jane,ou=Users': { dn: 'uid=jane,ou=Users', uid: 'jane' } }, config: { groupSearchBase: [] } });
    await named.login('jane');
    expect(named.options).toEqual([{ filter: '(objectClass=*)', attributes: ['uid'] }]);
  });

  it.each([
    ['an entry without them', { '': { dn: '' } }],
    ['no entry', {}],
    ['text in their place', { '': { dn: '', tokenGroups: ['S-1-5-7'] } }],
  ])('cannot tell who is bound where the directory shows %s', async (_, entries) => {
    const { login } = setUp({ template: BY_NAME, entries, found: { 'ou=Users': [jane] } });
    await expect(login('jane')).rejects.toThrow('does not show which account is bound');
  });

  it.each([
    'jane@evil',
    'EVIL\\jane',
    'cn=jane',
    'a/b',
    'a,b',
    'a"b',
    'a;b',
    'a:b',
    'a|b',
    'a[b',
    'a+b',
    'a*',
    'a?',
    '<a>',
    'a\u00adb',
    '{a}',
  ])('does not send %j, whose characters would give it another meaning', async (username) => {
    for (const template of [BY_NAME, 'CORP\\{user}']) {
      const { login, asked } = setUp({ template });
      expect(await login(username)).toBe('refused');
      expect(asked).toEqual([]);
    }
  });

  it.each(["o'brien", 'jane.doe', 'Jane Doe', 'jane-d_1', 'jos\u00e9', 'x$'])('sends %j', async (username) => {
    const { login, asked } = setUp({ template: BY_NAME, answer: 'account_locked' });
    expect(await login(username)).toBe('account_locked');
    expect(asked).toEqual([`bind ${username}@corp.example pw`, 'close']);
  });
});

it('tries no password of a name that has used up its attempts, in whichever spelling', async () => {
  const names: string[] = [];
  const login = new TemplateLogin({
    template: readBindTemplate(BY_DN, ['ou=Users']),
    settings: resolveSearches(withDefaults({ connectionUrl: 'ldaps://x', userSearchBase: 'ou=Users', userNameAttribute: 'uid' })),
    open: () => Promise.reject(new Error('not wanted here')),
    groups: new GroupMemory(false),
    ambiguous: new AmbiguousNames(() => undefined),
    warn: () => undefined,
  });
  const mayTry = async (account: string) => {
    names.push(account);
    return false;
  };
  for (const name of ['jane', 'JANE', 'ja\u00adne']) expect(await login.login(name, 'pw', mayTry)).toBe('refused');
  expect(new Set(names).size).toBe(1);
});
