import type { Entry, SearchOptions } from 'ldapts';
import { AuthUnavailableError } from '../../../../../lib/errors.js';
import { resolveSearches } from '../../../../../lib/strategies/basic/ldap/directory-settings.js';
import type { BindAnswer } from '../../../../../lib/strategies/basic/ldap/ldap-connection.js';
import type { LdapUserStoreConfig } from '../../../../../lib/strategies/basic/ldap/ldap-user-store.config.js';
import { withDefaults } from '../../../../../lib/strategies/basic/ldap/ldap-user-store.schema.js';
import { type SearchAccount, UserDirectory } from '../../../../../lib/strategies/basic/ldap/user-directory.js';

const LEAST: LdapUserStoreConfig = {
  connectionUrl: 'ldaps://localhost',
  connectionName: 'cn=reader',
  connectionPassword: 'x',
  userSearchBase: 'ou=Users',
  userNameAttribute: 'uid',
  groupSearchBase: 'ou=Groups',
};

/** A directory whose bases hold the given entries, and what was asked of it. */
function setUp(bases: Readonly<Record<string, readonly Entry[]>>, changes: Partial<LdapUserStoreConfig> = {}) {
  const asked: { base: string; filter: unknown; sizeLimit: number | undefined }[] = [];
  const connection = {
    search: async (base: string, { filter, sizeLimit }: SearchOptions) => {
      asked.push({ base, filter, sizeLimit });
      return [...(bases[base] ?? [])];
    },
  };
  const account: SearchAccount = { run: (work) => work(connection) };
  const open = () => Promise.reject(new Error('not wanted here'));
  return { directory: new UserDirectory(resolveSearches(withDefaults({ ...LEAST, ...changes })), account, open), asked };
}

describe('finding a user', () => {
  const alice = { dn: 'uid=alice,ou=Users', uid: 'alice' };

  it('looks in every base, and stops the directory after the second entry', async () => {
    const { directory, asked } = setUp({ 'ou=B': [alice] }, { userSearchBase: 'ou=A# ou=B,o=has\\#hash' });
    expect(await directory.find('alice')).toEqual([]);
    expect(asked).toEqual([
      { base: 'ou=A', filter: '(uid=alice)', sizeLimit: 2 },
      { base: 'ou=B,o=has\\#hash', filter: '(uid=alice)', sizeLimit: 2 },
    ]);
  });

  it('looks in no place that has no name, which would be the whole directory', async () => {
    const { directory, asked } = setUp({}, { userSearchBase: '#ou=A# #ou=B#' });
    await directory.find('alice');
    expect(asked.map(({ base }) => base)).toEqual(['ou=A', 'ou=B']);
  });

  it('asks for the user name, or for the name of groups, and nothing else of an entry', async () => {
    const options: SearchOptions[] = [];
    const search = async (_base: string, given: SearchOptions) => {
      options.push(given);
      return [];
    };
    const settings = resolveSearches(withDefaults(LEAST));
    const directory = new UserDirectory(settings, { run: (work) => work({ search }) }, () => Promise.reject(new Error('not wanted here')));
    await directory.find('alice');
    await directory.groupsOf({ dn: alice.dn, username: 'alice' });
    expect(options).toEqual([
      { filter: '(uid=alice)', attributes: ['uid'], explicitBufferAttributes: [], sizeLimit: 2 },
      { filter: `(&(objectClass=groupOfNames)(member=${alice.dn}))`, attributes: ['cn'] },
    ]);
  });

  it('counts an entry once that bases within one another show twice', async () => {
    const { directory } = setUp({ 'ou=A': [alice], 'o=All': [alice] }, { userSearchBase: ['ou=A', 'o=All'] });
    expect(await directory.find('alice')).toEqual([{ dn: 'uid=alice,ou=Users', username: 'alice' }]);
  });

  it('gives all entries of all bases', async () => {
    const other = { dn: 'uid=alice,ou=More', uid: 'alice' };
    const { directory } = setUp({ 'ou=A': [alice], 'ou=B': [other] }, { userSearchBase: ['ou=A', 'ou=B'] });
    expect(await directory.find('alice')).toHaveLength(2);
  });

  it('adds the object class where there is no filter', async () => {
    const { directory, asked } = setUp({}, { userEntryObjectClass: 'inetOrgPerson' });
    await directory.find('alice');
    expect(asked[0]?.filter).toBe('(&(objectClass=inetOrgPerson)(uid=alice))');
  });

  it('puts parentheses around a filter that has none', async () => {
    const { directory, asked } = setUp({}, { userNameSearchFilter: 'mail=?' });
    await directory.find('alice');
    expect(asked[0]?.filter).toBe('(mail=alice)');
  });

  it.each([
    ['the name as the entry spells it', { uid: 'Alice' }, 'Alice'],
    ['the attribute as the directory spells it', { UID: 'alice' }, 'alice'],
    ['of several names the one that was given', { uid: ['al', 'Alice'] }, 'Alice'],
    ['of several names the first if the filter goes by something else', { uid: ['al', 'ali'] }, 'al'],
  ])('takes %s', async (_, attributes, username) => {
    const { directory } = setUp({ 'ou=Users': [{ dn: alice.dn, ...attributes } as Entry] });
    expect(await directory.find('alice')).toEqual([{ dn: alice.dn, username }]);
  });

  it.each([
    ['no user name', { dn: alice.dn, uid: [] }],
    ['no attribute for it', { dn: alice.dn }],
    ['an empty user name', { dn: alice.dn, uid: '' }],
    ['a user name that is no text', { dn: alice.dn, uid: Buffer.from([0xff]) }],
    ['no name of its own', { dn: '', uid: 'alice' }],
  ])('cannot tell who an entry with %s is', async (_, entry) => {
    const { directory } = setUp({ 'ou=Users': [entry] });
    await expect(directory.find('alice')).rejects.toThrow(AuthUnavailableError);
  });
});

describe('finding groups', () => {
  const user = { dn: 'uid=j\\,doe,ou=Users', username: 'JDoe*' };

  it('gives each name once, in the order of the bases and of the directory', async () => {
    const groups = {
      'ou=A': [
        { dn: 'cn=b', cn: 'b' },
        { dn: 'cn=a', CN: ['a', 'alias'] },
      ],
      'ou=B': [{ dn: 'cn=b2', cn: ['b'] }],
    };
    const { directory } = setUp(groups, { groupSearchBase: ['ou=A', 'ou=B'] });
    expect(await directory.groupsOf(user)).toEqual(['b', 'a', 'alias']);
  });

  it.each([
    [{}, '(&(objectClass=groupOfNames)(member=uid=j\\5c,doe,ou=Users))'],
    [{ groupEntryObjectClass: 'group' }, '(&(objectClass=group)(member=uid=j\\5c,doe,ou=Users))'],
    [{ groupNameListFilter: 'cn=app-*' }, '(&(cn=app-*)(member=uid=j\\5c,doe,ou=Users))'],
    [{ membershipAttribute: 'uniqueMember' }, '(&(objectClass=groupOfNames)(uniqueMember=uid=j\\5c,doe,ou=Users))'],
    [{ membershipAttribute: 'memberUid' }, '(&(objectClass=groupOfNames)(memberUid=JDoe\\2a))'],
    [{ membershipAttribute: 'MEMBERUID:caseExactMatch:' }, '(&(objectClass=groupOfNames)(MEMBERUID:caseExactMatch:=JDoe\\2a))'],
    [
      { membershipAttribute: 'member:1.2.840.113556.1.4.1941:' },
      '(&(objectClass=groupOfNames)(member:1.2.840.113556.1.4.1941:=uid=j\\5c,doe,ou=Users))',
    ],
  ])('with %j searches for %s', async (changes, filter) => {
    const { directory, asked } = setUp({}, changes);
    await directory.groupsOf(user);
    expect(asked).toEqual([{ base: 'ou=Groups', filter, sizeLimit: undefined }]);
  });

  it('needs no connection where no groups are', async () => {
    const settings = resolveSearches(withDefaults({ ...LEAST, groupSearchBase: [] }));
    const away = () => Promise.reject(new Error('not wanted here'));
    expect(await new UserDirectory(settings, { run: away }, away).groupsOf(user)).toEqual([]);
  });
});

describe('trying a password', () => {
  const trying = (answer: BindAnswer) => {
    const bound: string[] = [];
    const connection = {
      bind: async (name: string) => {
        bound.push(name);
        return answer;
      },
      close: () => void bound.push('close'),
    };
    const account: SearchAccount = { run: () => Promise.reject(new Error('not wanted here')) };
    return { directory: new UserDirectory(resolveSearches(withDefaults(LEAST)), account, async () => connection), bound };
  };

  it('refuses an unknown user with every answer of the directory', async () => {
    for (const answer of ['accepted', 'refused', 'password_must_change'] as const) {
      const { directory, bound } = trying(answer);
      expect(await directory.accepts(undefined, 'x')).toBe('refused');
      expect(bound).toEqual([expect.stringMatching(/^uid=[0-9a-f-]{36},ou=Users$/), 'close']);
    }
  });

  it('says of a user what the directory says', async () => {
    for (const answer of ['accepted', 'refused', 'account_locked'] as const)
      expect(await trying(answer).directory.accepts({ dn: 'uid=a,ou=Users', username: 'a' }, 'x')).toBe(answer);
  });
});
