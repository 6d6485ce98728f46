import { OpenSockets } from '../../../outgoing/open-sockets.js';
import { AmbiguousNames } from './ambiguous-names.js';
import type { BindTemplate } from './bind-template.js';
import type { Ldapts } from './dial.js';
import { DirectoryFeatures } from './directory-features.js';
import type { DirectoryLogin } from './directory-login.js';
import type { Endpoint, SearchSettings } from './directory-settings.js';
import { GroupMemory } from './group-memory.js';
import { LdapConnection } from './ldap-connection.js';
import { LdapUserStore } from './ldap-user-store.js';
import type { LdapUserStoreSettings } from './ldap-user-store.schema.js';
import { SearchLogin } from './search-login.js';
import { ServiceAccount } from './service-account.js';
import { TemplateLogin } from './template-login.js';
import { UserDirectory } from './user-directory.js';

/** What {@link createStore} needs. */
export interface StoreParts {
  readonly ldapts: Ldapts;
  readonly endpoint: Endpoint;
  readonly searches: SearchSettings;
  readonly settings: LdapUserStoreSettings;
  /** The template of the names that users bind with; undefined where a service account searches. */
  readonly template: BindTemplate | undefined;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
}

/** A way to log in, and the account that it uses for all users. */
interface Login {
  readonly login: DirectoryLogin;
  readonly account?: ServiceAccount;
}

/** Makes the user store of a directory. */
export function createStore(parts: StoreParts): LdapUserStore {
  const { ldapts, endpoint, settings, warn } = parts;
  const label = `LDAP ${settings.domainName ?? endpoint.host}`;
  const labelled = (message: string) => warn(`${label}: ${message}`);
  const features = new DirectoryFeatures(labelled);
  const sockets = new OpenSockets();
  const open = () => LdapConnection.open(ldapts, endpoint, features, sockets);
  const groups = new GroupMemory(settings.userRolesCacheEnabled);
  const { login, account } = createLogin({ ...parts, warn: labelled }, open, groups);
  return new LdapUserStore({
    label,
    login,
    timeout: endpoint.connectTimeout + endpoint.readTimeout,
    warn,
    accountState: () => account?.state ?? 'closed',
    reach: async () => (await open()).close(),
    close: () => {
      groups.clear();
      account?.close();
      // Afterwards, so that an open connection can tell the directory that it ends.
      setImmediate(() => sockets.destroy());
    },
  });
}

function createLogin({ searches, settings, template, warn }: StoreParts, open: () => Promise<LdapConnection>, groups: GroupMemory): Login {
  const ambiguous = new AmbiguousNames(warn);
  if (template !== undefined) return { login: new TemplateLogin({ template, settings: searches, open, groups, ambiguous, warn }) };
  const { connectionName: name = '', connectionPassword: password = '', connectionPoolingEnabled: pooled } = settings;
  const account = new ServiceAccount({ name, password, pooled, open });
  return { login: new SearchLogin({ directory: new UserDirectory(searches, account, open), groups, ambiguous }), account };
}
