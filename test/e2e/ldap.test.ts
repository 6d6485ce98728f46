import { setTimeout as sleep } from 'node:timers/promises';
import { ADAPTERS, type AdapterName } from '../support/adapters.js';
import { type LdapApp, startLdapApp } from '../support/ldap-app.js';
import { type LdapDirectory, startLdapDirectory } from '../support/ldap-directory.js';
import { DIRECTORY_FACTS, ldapConfig } from '../support/ldap-facts.js';
import type { FilterTree } from '../support/ldap-filter-tree.js';

const USERS = 'ou=Users,dc=avix,dc=lk';
const person = (dn: string, uid: string, userpassword: string) => ({
  dn,
  objectClass: 'inetOrgPerson',
  cn: uid,
  sn: uid,
  uid,
  userpassword,
});
/** Short, so that a test that waits for them stays quick; nothing is asserted about how long anything takes. */
const SHORT = { connectionTimeout: 0.3, readTimeout: 0.3 };

let directory: LdapDirectory;
let app: LdapApp;

/** What reached the directory because of `use`. */
async function sent(
  use: () => Promise<unknown>,
): Promise<{ binds: readonly string[]; filters: readonly FilterTree[]; connections: number }> {
  const before = { binds: directory.binds.length, searches: directory.searches.length, connections: directory.connections };
  await use();
  return {
    binds: directory.binds.slice(before.binds),
    filters: directory.searches.slice(before.searches).map(({ filter }) => filter),
    connections: directory.connections - before.connections,
  };
}

/** Asks until the answer is as it should be in the end. */
async function eventually(ask: () => Promise<{ readonly status: number }>, status: number): Promise<readonly number[]> {
  const seen: number[] = [];
  while (seen.length < 200) {
    seen.push((await ask()).status);
    if (seen.at(-1) === status) return seen;
    await sleep(50);
  }
  throw new Error(`never ${status}, but ${[...new Set(seen)].join(', ')}`);
}

function setUp(adapter: AdapterName): void {
  beforeAll(async () => {
    directory = await startLdapDirectory();
    app = await startLdapApp(adapter, {
      ldap: ldapConfig(directory.url, { userRolesCacheEnabled: false }),
      remembering: ldapConfig(directory.url),
      pooled: ldapConfig(directory.url, { connectionPoolingEnabled: true, userRolesCacheEnabled: false }),
      hasty: ldapConfig(directory.url, { connectionPoolingEnabled: true, userRolesCacheEnabled: false, ...SHORT }),
      wrong: ldapConfig(directory.url, { connectionPassword: 'not-it' }),
    });
  });
  afterAll(async () => {
    await app.app.close();
    await directory.stop();
  });
  afterEach(() => {
    directory.misbehave = undefined;
    directory.referrals = [];
    directory.entries = DIRECTORY_FACTS.entries;
  });
}

describe.each(ADAPTERS)('Basic over LDAP on %s', (adapter) => {
  setUp(adapter);

  it('lets a user in with the groups as scopes and roles, in the order of the directory', async () => {
    const answer = await app.login('ldap', 'ldclakmal', 'ldclakmal@123');
    expect(answer).toMatchObject({ status: 200, username: 'ldclakmal', scopes: ['admin', 'developer'], roles: ['admin', 'developer'] });
  });

  it('demands the scope of the route', async () => {
    expect((await app.login('ldap/admin', 'alice', 'alice@123')).status).toBe(403);
    expect((await app.login('ldap/developer', 'alice', 'alice@123')).status).toBe(200);
  });

  it('asks for Basic credentials in UTF-8 and gives nothing else away', async () => {
    const refused = await app.login('ldap', 'alice', 'wrong');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Basic realm="api", charset="UTF-8"');
  });

  it('answers 503 while the directory is down and 200 when it is back, without a restart', async () => {
    expect((await app.login('pooled', 'alice', 'alice@123')).status).toBe(200);
    const { port } = directory;
    await directory.stop();
    const outage = await Promise.all(Array.from({ length: 20 }, () => app.login('pooled', 'alice', 'alice@123')));
    expect([...new Set(outage.map(({ status }) => status))]).toEqual([503]);
    directory = await startLdapDirectory({ port });
    const seen = await eventually(() => app.login('pooled', 'alice', 'alice@123'), 200);
    expect(new Set(seen.slice(0, -1))).toEqual(seen.length > 1 ? new Set([503]) : new Set());
  });
});

describe('Basic over LDAP', () => {
  setUp('express');

  it('lets a user without groups in, without scopes', async () => {
    directory.entries = [...DIRECTORY_FACTS.entries, person(`uid=carol,${USERS}`, 'carol', 'c')];
    expect(await app.login('ldap', 'carol', 'c')).toMatchObject({ status: 200, username: 'carol', scopes: [] });
    expect((await app.login('ldap/developer', 'carol', 'c')).status).toBe(403);
  });

  it('answers an unknown user as a wrong password, after the same exchanges', async () => {
    const unknown = await sent(() => app.login('ldap', 'nobody', 'alice@123'));
    const wrong = await sent(() => app.login('ldap', 'alice', 'wrong'));
    expect(unknown.binds).toHaveLength(wrong.binds.length);
    expect(unknown.filters).toHaveLength(wrong.filters.length);
    expect(unknown.connections).toBe(wrong.connections);
    expect(unknown.binds.at(-1)).toMatch(/^uid=[0-9a-f-]{36},ou=Users,dc=avix,dc=lk$/);
  });

  it('binds as the entry that was found, never as what came with the request', async () => {
    const { binds } = await sent(() => app.login('ldap', 'ALICE', 'alice@123'));
    expect(binds).toEqual([DIRECTORY_FACTS.adminBind.dn, `uid=alice,${USERS}`, DIRECTORY_FACTS.adminBind.dn]);
  });

  it.each([
    ['no password', 'alice', ''],
    ['no user name', '', 'alice@123'],
    ['a NUL in the password', 'alice', 'alice@123\0'],
    ['a NUL in the user name', 'alice\0', 'alice@123'],
    ['spaces around the user name', ' alice', 'alice@123'],
  ])('refuses %s before anything is sent', async (_, username, password) => {
    const traffic = await sent(async () => expect((await app.login('ldap', username, password)).status).toBe(401));
    expect(traffic).toEqual({ binds: [], filters: [], connections: 0 });
  });

  it.each([
    '*',
    'a*',
    ')(uid=*',
    '*)(|(uid=*',
    'alice)(memberOf=cn=admin,ou=Groups,dc=avix,dc=lk',
    '\\2a',
    '?',
    '$&',
    'a,ou=Groups',
    '"quoted"',
    'alicé',
    '用户😀',
  ])('takes the user name %s literally', async (username) => {
    directory.entries = [...DIRECTORY_FACTS.entries, person(`uid=odd,${USERS}`, username, 'odd')];
    const { filters } = await sent(async () => expect(await app.login('ldap', username, 'odd')).toMatchObject({ status: 200, username }));
    expect(filters[0]).toEqual(['&', ['=', 'objectclass', 'inetorgperson'], ['=', 'uid', username]]);
    directory.entries = DIRECTORY_FACTS.entries;
    expect((await app.login('ldap', username, 'alice@123')).status).toBe(401);
  });

  it('finds the groups of a name with commas, parentheses and asterisks', async () => {
    const dn = `uid=j\\, (doe) *,${USERS}`;
    const groups = [
      { dn: 'cn=odd,ou=Groups,dc=avix,dc=lk', cn: 'odd', objectClass: 'groupOfNames', member: [dn] },
      { dn: 'cn=all,ou=Groups,dc=avix,dc=lk', cn: 'all', objectClass: 'groupOfNames', member: [`uid=j\\, (doe) x,${USERS}`] },
    ];
    directory.entries = [...DIRECTORY_FACTS.entries, person(dn, 'odd', 'odd'), ...groups];
    expect(await app.login('ldap', 'odd', 'odd')).toMatchObject({ status: 200, scopes: ['odd'] });
  });

  it('refuses a user name that several entries have, whoever knows a password', async () => {
    directory.entries = [...DIRECTORY_FACTS.entries, person(`uid=alice,ou=More,${USERS}`, 'alice', 'other')];
    expect((await app.login('ldap', 'alice', 'alice@123')).status).toBe(401);
    expect((await app.login('ldap', 'alice', 'other')).status).toBe(401);
  });

  it('does not follow referrals', async () => {
    directory.referrals = [`ldap://localhost:${directory.port}/dc=elsewhere`];
    expect(await app.login('ldap', 'alice', 'alice@123')).toMatchObject({ status: 200, scopes: ['developer'] });
    expect(directory.searches.every(({ base }) => base.endsWith('dc=avix,dc=lk'))).toBe(true);
    directory.misbehave = (operation) => (operation === 'search' ? { code: 10 } : undefined);
    expect((await app.login('ldap', 'alice', 'alice@123')).status).toBe(503);
  });

  it.each([
    ['the search for the user', 'search', 'uid'],
    ['the search for the groups', 'search', 'member'],
    ['the bind', 'bind', undefined],
  ])('answers 503 when the directory is busy at %s', async (_, operation, attribute) => {
    directory.misbehave = (kind, name, attributes) =>
      kind === operation && attributes.at(-1) === attribute && name !== DIRECTORY_FACTS.adminBind.dn ? { code: 51 } : undefined;
    const answer = await app.login('ldap', 'alice', 'alice@123');
    expect(answer.status).toBe(503);
    expect(answer.headers.has('retry-after')).toBe(true);
    expect(answer.headers.has('www-authenticate')).toBe(false);
  });

  it.each([19, 49, 53])('answers 401 when the directory refuses the user with code %i', async (code) => {
    directory.misbehave = (kind, name) => (kind === 'bind' && name.startsWith('uid=') ? { code } : undefined);
    expect((await app.login('ldap', 'alice', 'alice@123')).status).toBe(401);
  });

  it('answers 503, not 401, when the directory refuses the service account', async () => {
    expect((await app.login('wrong', 'alice', 'alice@123')).status).toBe(503);
  });

  it('answers 503 when the directory does not answer in time, and lets users in when it does again', async () => {
    directory.misbehave = () => 'silent';
    expect((await app.login('hasty', 'alice', 'alice@123')).status).toBe(503);
    directory.misbehave = undefined;
    await eventually(() => app.login('hasty', 'alice', 'alice@123'), 200);
  });

  it('uses one service connection for all logins, and a new connection for every user', async () => {
    await app.login('pooled', 'alice', 'alice@123');
    const { binds, connections } = await sent(() =>
      Promise.all([app.login('pooled', 'alice', 'alice@123'), app.login('pooled', 'ldclakmal', 'ldclakmal@123')]),
    );
    expect([...binds].sort()).toEqual([`uid=alice,${USERS}`, `uid=ldclakmal,${USERS}`]);
    expect(connections).toBe(2);
  });

  it('does not notice that the directory has closed the service connection', async () => {
    await app.login('pooled', 'alice', 'alice@123');
    directory.cut();
    const { binds } = await sent(async () => expect((await app.login('pooled', 'alice', 'alice@123')).status).toBe(200));
    expect(binds).toEqual([DIRECTORY_FACTS.adminBind.dn, `uid=alice,${USERS}`]);
  });

  it('asks once more when the service connection is cut under a search, and no more than that', async () => {
    await app.login('pooled', 'alice', 'alice@123');
    let cuts = 1;
    directory.misbehave = (operation) => (operation === 'search' && cuts-- > 0 ? 'hang-up' : undefined);
    expect((await app.login('pooled', 'alice', 'alice@123')).status).toBe(200);
    directory.misbehave = (operation) => (operation === 'search' ? 'hang-up' : undefined);
    const { filters } = await sent(async () => expect((await app.login('pooled', 'alice', 'alice@123')).status).toBe(503));
    expect(filters).toHaveLength(2);
  });

  it('remembers groups only where userRolesCacheEnabled says so', async () => {
    const groupSearches = async (scheme: string) => {
      await app.login(scheme, 'alice', 'alice@123');
      const { filters } = await sent(async () => expect((await app.login(scheme, 'alice', 'alice@123')).scopes).toEqual(['developer']));
      return filters.filter((filter) => JSON.stringify(filter).includes('"member"')).length;
    };
    expect(await groupSearches('remembering')).toBe(0);
    expect(await groupSearches('ldap')).toBe(1);
  });
});

it('closes its connections with the application', async () => {
  const alone = await startLdapDirectory();
  const { app: application, login } = await startLdapApp('express', { ldap: ldapConfig(alone.url, { connectionPoolingEnabled: true }) });
  await login('ldap', 'alice', 'alice@123');
  expect(alone.openConnections).toBe(1);
  await application.close();
  await eventually(async () => ({ status: alone.openConnections }), 0);
  await alone.stop();
});

it('opens one service connection for all the logins that come at once', async () => {
  const alone = await startLdapDirectory();
  const { app: application, login } = await startLdapApp('express', { ldap: ldapConfig(alone.url, { connectionPoolingEnabled: true }) });
  const answers = await Promise.all(['alice', 'ldclakmal', 'nobody', 'eve'].map((name) => login('ldap', name, `${name}@123`)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 401]);
  expect(alone.binds.filter((name) => name === DIRECTORY_FACTS.adminBind.dn)).toHaveLength(1);
  await application.close();
  await alone.stop();
});
