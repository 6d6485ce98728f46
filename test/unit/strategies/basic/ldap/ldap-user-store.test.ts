import { jest } from '@jest/globals';
import { AuthUnavailableError } from '../../../../../lib/errors.js';
import { AmbiguousNames } from '../../../../../lib/strategies/basic/ldap/ambiguous-names.js';
import { DirectoryDownError } from '../../../../../lib/strategies/basic/ldap/directory-down.error.js';
import type { UserEntry } from '../../../../../lib/strategies/basic/ldap/entries.js';
import { GroupMemory } from '../../../../../lib/strategies/basic/ldap/group-memory.js';
import type { BindAnswer } from '../../../../../lib/strategies/basic/ldap/ldap-connection.js';
import { LdapUserStore, type LdapUserStoreOptions } from '../../../../../lib/strategies/basic/ldap/ldap-user-store.js';
import { SearchLogin, type SearchLoginOptions } from '../../../../../lib/strategies/basic/ldap/search-login.js';
import { FakeClock } from '../../../../support/fake-clock.js';

const ALICE: UserEntry = { dn: 'uid=alice,ou=Users', username: 'alice' };

/** Lets every password be tried. */
const anybody = () => Promise.resolve(true);

/** A store in front of a directory that the test plays. */
function setUp(
  changes: Partial<SearchLoginOptions['directory']> = {},
  { remembersGroups = false, ...options }: Partial<LdapUserStoreOptions> & { readonly remembersGroups?: boolean } = {},
) {
  const clock = new FakeClock();
  const warnings: string[] = [];
  const directory = {
    find: jest.fn(async (_username: string): Promise<readonly UserEntry[]> => [ALICE]),
    accepts: jest.fn(async (_user: UserEntry | undefined, _password: string): Promise<BindAnswer> => 'accepted'),
    groupsOf: jest.fn(async (_user: UserEntry): Promise<readonly string[]> => ['admin']),
    ...changes,
  };
  const store = new LdapUserStore({
    label: 'LDAP example',
    login: new SearchLogin({
      directory,
      groups: new GroupMemory(remembersGroups, clock),
      ambiguous: new AmbiguousNames((message) => void warnings.push(message)),
    }),
    timeout: 5,
    warn: (message) => void warnings.push(message),
    accountState: () => 'closed',
    reach: async () => undefined,
    close: () => undefined,
    clock,
    ...options,
  });
  return { store, directory, clock, warnings };
}

it('makes groups scopes and roles, and says which entry the user has', async () => {
  const { store } = setUp();
  expect(await store.verify('ALICE', 'x', anybody)).toEqual({
    username: 'alice',
    scopes: ['admin'],
    roles: ['admin'],
    claims: { dn: 'uid=alice,ou=Users' },
    version: '',
  });
});

it.each([
  ['', 'x'],
  ['alice', ''],
  ['al\0ice', 'x'],
  ['alice', 'x\0'],
  [' alice', 'x'],
  ['alice\u00a0', 'x'],
])('refuses %j with %j without asking', async (username, password) => {
  const { store, directory } = setUp();
  expect(await store.verify(username, password, anybody)).toBe('refused');
  expect(directory.find).not.toHaveBeenCalled();
});

it('tries a password for an unknown user name, and refuses with every answer', async () => {
  const { store, directory } = setUp({ find: async () => [], accepts: jest.fn(async (): Promise<BindAnswer> => 'accepted') });
  expect(await store.verify('nobody', 'x', anybody)).toBe('refused');
  expect(directory.accepts).toHaveBeenCalledWith(undefined, 'x');
  expect(directory.groupsOf).not.toHaveBeenCalled();
});

it('refuses a user name of several entries and tells the operator', async () => {
  const { store, warnings } = setUp({ find: async () => [ALICE, { dn: 'uid=alice,ou=More', username: 'alice' }] });
  expect(await store.verify('alice', 'x', anybody)).toBe('refused');
  expect(warnings).toContainEqual(expect.stringContaining('several entries have the user name "alice"'));
});

it('does not ask for the groups of a user whose password is wrong', async () => {
  const { store, directory } = setUp({ accepts: async () => 'refused' });
  expect(await store.verify('alice', 'x', anybody)).toBe('refused');
  expect(directory.groupsOf).not.toHaveBeenCalled();
});

it('admits no user whose groups it cannot find out', async () => {
  const { store } = setUp({ groupsOf: async () => Promise.reject(new AuthUnavailableError('no')) });
  await expect(store.verify('alice', 'x', anybody)).rejects.toThrow(AuthUnavailableError);
});

it('remembers the groups of a user for five minutes, and never that the password was right', async () => {
  const { store, directory, clock } = setUp({}, { remembersGroups: true });
  await store.verify('alice', 'x', anybody);
  await store.verify('alice', 'x', anybody);
  expect(directory.groupsOf).toHaveBeenCalledTimes(1);
  expect(directory.accepts).toHaveBeenCalledTimes(2);
  clock.now += 301_000;
  await store.verify('alice', 'x', anybody);
  expect(directory.groupsOf).toHaveBeenCalledTimes(2);
});

it('remembers the groups of each login name of an entry by itself', async () => {
  const { store, directory } = setUp(
    { find: async (username) => [{ ...ALICE, username }], groupsOf: jest.fn(async ({ username }: UserEntry) => [`of ${username}`]) },
    { remembersGroups: true },
  );
  for (const name of ['alice', 'ali', 'alice']) expect(await store.verify(name, 'x', anybody)).toMatchObject({ scopes: [`of ${name}`] });
  expect(directory.groupsOf).toHaveBeenCalledTimes(2);
});

it('gives up on a login that takes longer than a login may', async () => {
  const { store } = setUp({ find: () => new Promise(() => undefined) }, { timeout: 0.05 });
  await expect(store.verify('alice', 'x', anybody)).rejects.toThrow('took more than 0.05 s');
});

it('stops asking a directory that is down, tries again a second later, and reports the outage once', async () => {
  const find = jest.fn(async (): Promise<readonly UserEntry[]> => Promise.reject(new DirectoryDownError('It is down.')));
  const { store, clock, warnings } = setUp({ find });
  for (let attempt = 0; attempt < 10; attempt++) await expect(store.verify('alice', 'x', anybody)).rejects.toThrow(AuthUnavailableError);
  expect(find).toHaveBeenCalledTimes(5);
  expect(warnings).toEqual(['LDAP example: It is down. Logins are answered 503 until this is over.']);
  clock.now += 1000;
  find.mockResolvedValueOnce([ALICE]);
  expect(await store.verify('alice', 'x', anybody)).toMatchObject({ username: 'alice' });
  expect(warnings.slice(1)).toEqual(['LDAP example: The directory can be used again.']);
});

it('closes what it was given to close', () => {
  const close = jest.fn();
  setUp({}, { close }).store.close();
  expect(close).toHaveBeenCalledTimes(1);
});

it('remembers no groups that were forgotten', async () => {
  const memory = new GroupMemory(true, new FakeClock());
  const ask = jest.fn(async () => ['admin']);
  for (const _ of [1, 2]) expect(await memory.of(ALICE, ask)).toEqual(['admin']);
  memory.clear();
  await memory.of(ALICE, ask);
  expect(ask).toHaveBeenCalledTimes(2);
});

it('goes on asking a directory that answers, whatever it answers for one user', async () => {
  const { store, directory } = setUp({ find: jest.fn(async () => Promise.reject(new AuthUnavailableError('busy'))) });
  for (let attempt = 0; attempt < 10; attempt++) await expect(store.verify('alice', 'x', anybody)).rejects.toThrow('busy');
  expect(directory.find).toHaveBeenCalledTimes(10);
});

it('never writes a password to the log', async () => {
  const { store, warnings } = setUp({ find: async () => Promise.reject(new DirectoryDownError('It is down.')) });
  await expect(store.verify('alice', 's3cret', anybody)).rejects.toThrow(AuthUnavailableError);
  expect(warnings.join()).not.toContain('s3cret');
});

it('asks whether the password may be tried at the entry that was found, or at the name where no entry was found', async () => {
  const asked: string[] = [];
  const mayTry = async (account: string) => {
    asked.push(account);
    return false;
  };
  const { store, directory } = setUp({ find: async (username) => (username === 'ALICE' ? [ALICE] : []) });
  expect(await store.verify('ALICE', 'x', mayTry)).toBe('refused');
  expect(await store.verify('uid=alice,ou=users', 'x', mayTry)).toBe('refused');
  expect(asked).toEqual(['entry uid=alice,ou=users', 'name uid=alice,ou=users']);
  expect(directory.accepts).not.toHaveBeenCalled();
});

it('says why a directory refuses a user', async () => {
  const { store } = setUp({ accepts: async () => 'password_must_change' });
  expect(await store.verify('alice', 'x', anybody)).toBe('password_must_change');
});

it('is down while the service account is left alone, and is not kept from asking again after that', async () => {
  let account: 'open' | 'half_open' = 'open';
  const { store } = setUp({}, { accountState: () => account });
  expect(await store.health()).toEqual({ dependency: 'ldap', status: 'down', details: { breaker: 'open', account: 'refused' } });
  expect(store.calls.breaker).toBe('open');
  account = 'half_open';
  expect(await store.health()).toMatchObject({ status: 'degraded', details: { account: 'refused', connection: 'possible' } });
});

it.each([
  ['up', 'possible'],
  ['down', 'impossible'],
] as const)('is %s where a connection to the directory is %s', async (status, connection) => {
  const reach = async (): Promise<void> => {
    if (connection === 'impossible') throw new Error('refused');
  };
  const { store } = setUp({}, { reach });
  expect(await store.health()).toEqual({ dependency: 'ldap', status, details: { breaker: 'closed', connection } });
});

it('is down, without a connection for the question, while the breaker is open, and tells how the calls ended', async () => {
  const reach = jest.fn(async () => undefined);
  const { store } = setUp({ find: async () => Promise.reject(new DirectoryDownError('It is down.')) }, { reach });
  for (let attempt = 0; attempt < 5; attempt++) await expect(store.verify('alice', 'x', anybody)).rejects.toThrow('It is down.');
  expect(await store.health()).toEqual({ dependency: 'ldap', status: 'down', details: { breaker: 'open' } });
  expect(reach).not.toHaveBeenCalled();
  expect(store.calls).toEqual({ name: 'ldap', succeeded: 0, failed: 5, breaker: 'open' });
});

it('reports entries with one user name once, without a character that the caller chose', async () => {
  const twins = [ALICE, { dn: 'uid=alice,ou=More', username: 'alice' }];
  const { store, warnings } = setUp({ find: async () => twins });
  for (const name of ['alice', 'al\u00adice', 'ALICE\u009b', 'al\u202eice']) await store.verify(name, 'x', anybody);
  expect(warnings).toEqual([expect.stringContaining('"alice"')]);
});
