import * as z from 'zod';
import { fields, optional, text, textOrTexts } from '../../../config/schema.js';
import { cacheConfig, ignoredCacheFields } from '../../../memory/cache-config.js';
import { clientSecureSocketSchema } from '../../../tls/secure-socket.schema.js';
import { failedLoginsConfig } from '../failed-logins.schema.js';
import type { LdapUserStoreConfig } from './ldap-user-store.config.js';

/** A day: far more than anybody waits, and far less than what a timer can hold. */
const LONGEST_WAIT = 86_400;

const attribute = z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/, {
  error: 'must be the name of an attribute or an object class: letters, digits and hyphens, a letter first',
});
const filter = text.refine(isBalanced, 'is no LDAP filter: its parentheses do not match');
const timeout = z.number().refine((seconds) => seconds > 0 && seconds <= LONGEST_WAIT, {
  error: `must be a number of seconds above 0, at most ${LONGEST_WAIT}`,
});

/** The schema of a {@link LdapUserStoreConfig}. */
export const ldapUserStoreConfig = fields({
  domainName: optional(text),
  connectionUrl: text,
  connectionName: text,
  connectionPassword: text,
  userSearchBase: textOrTexts.refine((bases) => bases.length === 0 || [bases].flat().some(namesPlace), 'names no place to search'),
  userEntryObjectClass: optional(attribute),
  userNameAttribute: attribute,
  userNameSearchFilter: optional(filter.refine((written) => written.includes('?'), 'must have a ? where the user name goes: (uid=?)')),
  userNameListFilter: optional(z.string()),
  groupSearchBase: optional(z.union([text, z.array(text)], { error: 'must be a string or a list of strings' })),
  groupEntryObjectClass: optional(attribute),
  groupNameAttribute: optional(attribute),
  groupNameSearchFilter: optional(z.string()),
  groupNameListFilter: optional(filter),
  membershipAttribute: optional(attribute),
  userRolesCacheEnabled: optional(z.boolean()),
  connectionPoolingEnabled: optional(z.boolean()),
  connectionTimeout: optional(timeout),
  readTimeout: optional(timeout),
  secureSocket: optional(clientSecureSocketSchema),
  startTls: optional(z.boolean()),
  allowPlainLdap: optional(z.boolean()),
  cacheConfig: optional(cacheConfig),
  failedLogins: optional(failedLoginsConfig),
}) satisfies z.ZodType<LdapUserStoreConfig>;

function namesPlace(base: string): boolean {
  return /[^#\s]/.test(base);
}

/** The library takes the end of the text for every parenthesis that is missing. In a value they are escaped. */
function isBalanced(filter: string): boolean {
  return filter.split('(').length === filter.split(')').length;
}

/** The names of the fields in `config` that are accepted and ignored, for one line at boot. */
export function ignoredFields(config: LdapUserStoreConfig): string[] {
  const unused: readonly (keyof LdapUserStoreConfig)[] = [
    'userNameListFilter',
    'groupNameSearchFilter',
    ...(config.userNameSearchFilter === undefined ? [] : (['userEntryObjectClass'] as const)),
    ...(config.groupNameListFilter === undefined ? [] : (['groupEntryObjectClass'] as const)),
  ];
  return [...unused.filter((name) => config[name] !== undefined), ...ignoredCacheFields(config.cacheConfig)];
}
