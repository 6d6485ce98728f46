import { Inject, Injectable } from '@nestjs/common';
import { fieldError } from '../../../errors.js';
import { aboutScheme, noteIgnored, noteUnverified } from '../../../operator/notes.js';
import { type Authenticator, type AuthStrategy, StrategyHost } from '../../strategy.js';
import { BASIC_MECHANISM, createBasicAuthenticator } from '../basic-authenticator.js';
import { readBindTemplate } from './bind-template.js';
import { createStore } from './create-store.js';
import { type Ldapts, loadLdapts } from './dial.js';
import { resolveEndpoint, resolveSearches, type SearchSettings } from './directory-settings.js';
import { filterForGroups, filterForUser } from './filter.js';
import type { LdapUserStoreConfig } from './ldap-user-store.config.js';
import { ignoredFields, readLdapUserStoreConfig } from './ldap-user-store.schema.js';

/** Basic authentication against an LDAP directory. @see RFC 7617 and RFC 4513 */
@Injectable()
export class LdapUserStoreStrategy implements AuthStrategy<LdapUserStoreConfig> {
  readonly configKey = 'ldapUserStoreConfig';
  readonly method = 'basic';
  readonly mechanism = BASIC_MECHANISM;

  constructor(@Inject(StrategyHost) private readonly host: StrategyHost) {}

  /**
   * Checks the config and loads the files that it names. The first login connects to the directory: it may be down when the application boots.
   *
   * @throws AuthConfigurationError with paths relative to the config.
   */
  async prepare(config: LdapUserStoreConfig, name: string): Promise<Authenticator> {
    const { given, settings } = readLdapUserStoreConfig(config);
    const endpoint = resolveEndpoint(settings);
    const searches = resolveSearches(settings);
    const template = settings.bindTemplate === undefined ? undefined : readBindTemplate(settings.bindTemplate, searches.userBases);
    const ldapts = await loadLdapts();
    checkFilters(ldapts, searches);
    this.warnOf(given, name);
    const store = createStore({ ldapts, endpoint, searches, settings, template, warn: (message) => this.host.warn(message) });
    return createBasicAuthenticator({ name, store, host: this.host, cacheConfig: given.cacheConfig, failedLogins: given.failedLogins });
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
        'is not an LDAP filter as RFC 4515 defines it: (&(objectClass=person)(uid=?)), without spaces between the parts.',
        error,
      );
    }
  };
  check('userNameSearchFilter', filterForUser(userFilter, 'x'));
  check('groupNameListFilter', filterForGroups(groupFilter, membershipAttribute, 'x'));
}
