import type { AuthRequest } from '../../lib/http/auth-request.js';
import { LdapUserStoreStrategy } from '../../lib/strategies/basic/ldap/ldap-user-store.strategy.js';
import { startLdapDirectory } from '../support/ldap-directory.js';
import { DIRECTORY_FACTS, ldapConfig } from '../support/ldap-facts.js';
import { bearer } from '../support/tokens.js';
import { basic } from '../support/users-file.js';
import { badCredentials, keepsTheContract, NOTHING, withAuthorization } from './strategy-contract.js';

const PASSWORD = 'correct horse battery';

/** ldapjs, which is the directory here, ends the connection on such a name; slapd does not: e2e/ldap-slapd.test.ts. */
const TRIPS_LDAPJS = /\\\)/;
const userPassIn = ({ headers: { authorization } }: AuthRequest) =>
  Buffer.from(String(authorization).slice('Basic '.length), 'base64').toString('utf8');

keepsTheContract(
  'ldapUserStoreConfig',
  async (host) => {
    const entries = DIRECTORY_FACTS.entries.map((entry) => (entry.uid === 'alice' ? { ...entry, userpassword: PASSWORD } : entry));
    const directory = await startLdapDirectory({ entries });
    return {
      strategy: new LdapUserStoreStrategy(host),
      config: ldapConfig(directory.url, { failedLogins: false }),
      method: 'basic',
      good: () => withAuthorization(basic('alice', PASSWORD)),
      without: [NOTHING, bearer('x'), withAuthorization('Basically x')],
      bad: badCredentials('Basic').filter((request) => !TRIPS_LDAPJS.test(userPassIn(request))),
      secrets: [PASSWORD, basic('alice', PASSWORD).slice('Basic '.length), DIRECTORY_FACTS.adminBind.password],
      stopDependency: () => directory.stop(),
    };
  },
  { asks: 'somebody' },
);
