import { Inject, Injectable } from '@nestjs/common';
import { parseConfig } from '../../../config/schema.js';
import { fieldError } from '../../../errors.js';
import { aboutScheme, noteIgnored, noteUnverified } from '../../../operator/notes.js';
import { OpenSockets } from '../../../outgoing/open-sockets.js';
import { type Authenticator, type AuthStrategy, StrategyHost } from '../../strategy.js';
import { BASIC_MECHANISM, createBasicAuthenticator } from '../basic-authenticator.js';
import { DirectoryFeatures } from './directory-features.js';
import { type Endpoint, resolveEndpoint, resolveSearches, type SearchSettings } from './directory-settings.js';
import { filterForGroups, filterForUser } from './filter.js';
import { LdapConnection } from './ldap-connection.js';
import type { LdapUserStoreConfig } from './ldap-user-store.config.js';
import { LdapUserStore } from './ldap-user-store.js';
import { ignoredFields, ldapUserStoreConfig } from './ldap-user-store.schema.js';
import { type Ldapts, loadLdapts } from './load-ldapts.js';
import { ServiceAccount } from './service-account.js';
import { UserDirectory } from './user-directory.js';

/** Basic authentication against an LDAP directory. @see RFC 7617 and RFC 4513 */
@Injectable()
export class LdapUserStoreStrategy implements AuthStrategy<LdapUserStoreConfig> {
  readonly configKey = 'ldapUserStoreConfig';
  readonly mechanism = BASIC_MECHANISM;

  constructor(@Inject(StrategyHost) private readonly host: StrategyHost) {}

  /**
   * Checks the config and loads what it names. The directory itself is asked with the first login: it may be down when the application boots.
   *
   * @throws AuthConfigurationError with paths relative to the config.
   */
  async prepare(config: LdapUserStoreConfig, name: string): Promise<Authenticator> {
    const given = parseConfig(ldapUserStoreConfig, config);
    const endpoint = resolveEndpoint(given);
    const searches = resolveSearches(given);
    const ldapts = await loadLdapts();
    checkFilters(ldapts, searches);
    this.warnOf(given, name);
    const store = this.createStore(ldapts, endpoint, searches, given);
    return createBasicAuthenticator({ name, store, host: this.host, cacheConfig: given.cacheConfig, failedLogins: given.failedLogins });
  }

  private createStore(ldapts: Ldapts, endpoint: Endpoint, searches: SearchSettings, given: LdapUserStoreConfig): LdapUserStore {
    const label = `LDAP ${given.domainName ?? endpoint.host}`;
    const features = new DirectoryFeatures((message) => this.host.warn(`${label}: ${message}`));
    const sockets = new OpenSockets();
    const open = () => LdapConnection.open(ldapts, endpoint, features, sockets);
    const pooled = given.connectionPoolingEnabled ?? true;
    const account = new ServiceAccount({ name: given.connectionName, password: given.connectionPassword, pooled, open });
    return new LdapUserStore({
      label,
      directory: new UserDirectory(searches, account, open),
      timeout: endpoint.connectTimeout + endpoint.readTimeout,
      remembersGroups: given.userRolesCacheEnabled ?? false,
      warn: (message) => this.host.warn(message),
      accountState: () => account.state,
      reach: async () => (await open()).close(),
      close: () => {
        account.close();
        // Afterwards, so that the directory is told of the end of a connection that is open.
        setImmediate(() => sockets.destroy());
      },
    });
  }

  private warnOf(given: LdapUserStoreConfig, name: string): void {
    const warn = aboutScheme(name, this.configKey, (message) => this.host.warn(message));
    noteIgnored(ignoredFields(given), warn);
    noteUnverified('the directory', given.secureSocket, warn, 'pose as it and read every password');
    if (given.allowPlainLdap) warn('Passwords may cross the network in clear (allowPlainLdap). Use ldaps:// or startTls.');
  }
}

/** Has the library read the filters once, so that a mistake in one shows when the application boots. */
function checkFilters(ldapts: Ldapts, { userFilter, groupFilter, membershipAttribute }: SearchSettings): void {
  const check = (path: string, filter: string) => {
    try {
      ldapts.FilterParser.parseString(filter);
    } catch (error) {
      throw fieldError(
        path,
        'is no LDAP filter as RFC 4515 writes them: (&(objectClass=person)(uid=?)), without spaces in between.',
        error,
      );
    }
  };
  check('userNameSearchFilter', filterForUser(userFilter, 'x'));
  check('groupNameListFilter', filterForGroups(groupFilter, membershipAttribute, 'x'));
}
