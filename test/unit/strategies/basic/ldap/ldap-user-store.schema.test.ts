import { ignoredFields, readLdapUserStoreConfig } from '../../../../../lib/strategies/basic/ldap/ldap-user-store.schema.js';

const LEAST = {
  connectionUrl: 'ldaps://localhost',
  connectionName: 'cn=a',
  connectionPassword: 'b',
  userSearchBase: 'ou=c',
  userNameAttribute: 'uid',
};

const message = (changes: Record<string, unknown>) => {
  try {
    readLdapUserStoreConfig({ ...LEAST, ...changes });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

// One test: what is made with the first configuration is checked by all of them.
it('a directory may be waited for up to a day, and is searched at the places that are given', () => {
  expect(message({ groupSearchBase: 5 })).toContain('groupSearchBase: must be a string or a list of strings');
  for (const field of ['readTimeout', 'connectionTimeout']) {
    expect(message({ [field]: 86_400 })).toBe('');
    expect(message({ [field]: 86_401 })).toContain(`${field}: must be a number of seconds above 0, at most 86400`);
    expect(message({ [field]: 0 })).toContain(field);
  }
  expect(message({ userSearchBase: ['ou=c', ' '] })).toBe('');
  expect(message({ userSearchBase: [' ', '#'] })).toContain('userSearchBase: names no place to search');
});

it('the object classes are ignored where filters stand in their place, and nowhere else', () => {
  const classes = { ...LEAST, userEntryObjectClass: 'person', groupEntryObjectClass: 'groupOfNames' };
  expect(ignoredFields(classes)).toEqual([]);
  expect(ignoredFields({ ...classes, userNameSearchFilter: '(uid=?)' })).toEqual(['userEntryObjectClass']);
  expect(ignoredFields({ ...classes, groupNameListFilter: '(cn=*)' })).toEqual(['groupEntryObjectClass']);
  expect(ignoredFields({ ...classes, cacheConfig: { evictionFactor: 0.5 } })).toEqual([expect.stringContaining('evictionFactor')]);
});
