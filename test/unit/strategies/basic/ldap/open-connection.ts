import * as ldapts from 'ldapts';
import { OpenSockets } from '../../../../../lib/outgoing/open-sockets.js';
import { DirectoryFeatures } from '../../../../../lib/strategies/basic/ldap/directory-features.js';
import { resolveEndpoint } from '../../../../../lib/strategies/basic/ldap/directory-settings.js';
import { LdapConnection } from '../../../../../lib/strategies/basic/ldap/ldap-connection.js';
import { withDefaults } from '../../../../../lib/strategies/basic/ldap/ldap-user-store.schema.js';
import { ldapConfig } from '../../../../support/ldap-facts.js';

/** Connects to a directory. */
export const openConnection = (url: string, features = new DirectoryFeatures(() => undefined), readTimeout = 5) =>
  LdapConnection.open(ldapts, resolveEndpoint(withDefaults(ldapConfig(url, { readTimeout }))), features, new OpenSockets());
