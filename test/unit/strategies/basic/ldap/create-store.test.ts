import { requestOfAuthorization } from '../../../../../lib/http/auth-request.js';
import type { LdapUserStoreConfig } from '../../../../../lib/strategies/basic/ldap/ldap-user-store.config.js';
import { LdapUserStoreStrategy } from '../../../../../lib/strategies/basic/ldap/ldap-user-store.strategy.js';
import type { Authenticator } from '../../../../../lib/strategies/strategy.js';
import { eventually } from '../../../../support/eventually.js';
import { type LdapDirectory, startLdapDirectory } from '../../../../support/ldap-directory.js';
import { DIRECTORY_FACTS, ldapConfig } from '../../../../support/ldap-facts.js';
import { basic } from '../../../../support/users-file.js';

const ALICE = DIRECTORY_FACTS.entries.find(({ uid }) => uid === 'alice')?.dn ?? '';

describe('a scheme with a directory', () => {
  let directory: LdapDirectory;
  let warnings: string[];
  beforeEach(async () => {
    directory = await startLdapDirectory();
    warnings = [];
  });
  afterEach(() => directory.stop());

  const prepare = (
    changes: Partial<LdapUserStoreConfig> = {},
    { connectionName, connectionPassword, ...others } = ldapConfig(directory.url),
  ) => {
    const strategy = new LdapUserStoreStrategy({ trustedProxies: [], warn: (message) => void warnings.push(message) });
    const account = changes.bindTemplate === undefined ? { connectionName, connectionPassword } : {};
    return strategy.prepare({ ...others, ...account, ...changes } as LdapUserStoreConfig, 'directory');
  };
  const ask = async (authenticator: Authenticator) => authenticator.authenticate(requestOfAuthorization(basic('alice', 'alice@123')));

  it('lets users bind by the template, with no account of its own', async () => {
    const authenticator = await prepare({ bindTemplate: ALICE.replace('alice', '{user}'), domainName: 'corp' });
    // This directory shows entries to the account that searches only.
    expect(await ask(authenticator)).toMatchObject({ outcome: 'rejected', reason: 'bad_credentials' });
    expect(directory.binds).toEqual([ALICE]);
    expect(warnings).toContainEqual(expect.stringMatching(/^LDAP corp: .*shows no entry of that user/));
    expect(authenticator.stats?.()).toMatchObject({ dependency: { succeeded: 1, breaker: 'closed' } });
    await authenticator.close?.();
  });

  it('is shown as open while the account that searches is refused, and as closed otherwise', async () => {
    const refused = await prepare({ connectionPassword: 'not-it' });
    await expect(ask(refused)).rejects.toThrow('The directory refuses the service account');
    expect(refused.stats?.()).toMatchObject({ dependency: { breaker: 'open' } });
    await refused.close?.();
    const good = await prepare();
    expect(await ask(good)).toMatchObject({ outcome: 'accepted' });
    expect(good.stats?.()).toMatchObject({ dependency: { breaker: 'closed' } });
    await good.close?.();
  });

  it('keeps one connection to search with, and closes it', async () => {
    const authenticator = await prepare({ connectionPoolingEnabled: true, connectionTimeout: 5, readTimeout: 60 });
    expect(await ask(authenticator)).toMatchObject({ outcome: 'accepted' });
    await eventually(() => directory.openConnections === 1);
    await authenticator.close?.();
    await eventually(() => directory.openConnections === 0, 5);
    expect(directory.binds).toEqual([DIRECTORY_FACTS.adminBind.dn, ALICE]);
  });

  it('is up while the directory can be reached', async () => {
    const authenticator = await prepare();
    expect(await authenticator.health?.()).toMatchObject({ status: 'up', details: { connection: 'possible' } });
    await eventually(() => directory.openConnections === 0, 5);
    await directory.stop();
    expect(await authenticator.health?.()).toMatchObject({ status: 'down', details: { connection: 'impossible' } });
    directory = await startLdapDirectory();
    await authenticator.close?.();
  });

  it('closes the connection of a login that waits', async () => {
    directory.misbehave = () => 'silent';
    const authenticator = await prepare({ readTimeout: 60 });
    const waiting = ask(authenticator).catch((error: Error) => error);
    await eventually(() => directory.binds.length === 1);
    await authenticator.close?.();
    expect(await waiting).toBeInstanceOf(Error);
    await eventually(() => directory.openConnections === 0, 5);
  });
});
