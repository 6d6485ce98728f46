import * as z from 'zod';
import { fields, optional, parseConfig, text, textOrTexts } from '../../../config/schema.js';
import { fieldError } from '../../../errors.js';
import { cacheConfigOrFalse, ignoredCacheFields } from '../../../memory/cache-config.js';
import { clientSecureSocketSchema } from '../../../tls/secure-socket.schema.js';
import { failedLoginsConfig } from '../failed-logins.schema.js';
import type { LdapUserStoreConfig } from './ldap-user-store.config.js';

/** What holds where a configuration leaves it out. */
const DEFAULTS = {
  groupSearchBase: [],
  groupEntryObjectClass: 'groupOfNames',
  groupNameAttribute: 'cn',
  membershipAttribute: 'member',
  userRolesCacheEnabled: false,
  connectionPoolingEnabled: true,
  connectionTimeout: 5,
  readTimeout: 5,
  startTls: false,
  allowPlainLdap: false,
} as const satisfies Partial<LdapUserStoreConfig>;

/** A {@link LdapUserStoreConfig} with its defaults. */
export type LdapUserStoreSettings = Omit<LdapUserStoreConfig, keyof typeof DEFAULTS> &
  Required<Pick<LdapUserStoreConfig, keyof typeof DEFAULTS>>;

/** A day: longer than any login may take, and within what a timer can hold. */
const LONGEST_WAIT = 86_400;

const attribute = z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/, {
  error: 'must be the name of an attribute or an object class: letters, digits and hyphens, a letter first',
});
/** An attribute, or one with a matching rule, as the assertion of a filter begins. @see RFC 4515 §3 */
const membership = z.string().regex(/^[A-Za-z][A-Za-z0-9-]*(?::(?:[0-9]+(?:\.[0-9]+)+|[A-Za-z][A-Za-z0-9-]*):)?$/, {
  error: 'must be the name of an attribute, or an attribute and a matching rule with a colon after each: member:1.2.840.113556.1.4.1941:',
});
const filter = text.refine(isBalanced, 'is not an LDAP filter: its parentheses do not match');
const timeout = z.number().refine((seconds) => seconds > 0 && seconds <= LONGEST_WAIT, {
  error: `must be a number of seconds above 0, at most ${LONGEST_WAIT}`,
});

/** The schema of a {@link LdapUserStoreConfig}. */
const ldapUserStoreConfig = fields(() => ({
  domainName: optional(text),
  connectionUrl: text,
  connectionName: optional(text),
  connectionPassword: optional(text),
  bindTemplate: optional(text),
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
  membershipAttribute: optional(membership),
  userRolesCacheEnabled: optional(z.boolean()),
  connectionPoolingEnabled: optional(z.boolean()),
  connectionTimeout: optional(timeout),
  readTimeout: optional(timeout),
  secureSocket: optional(clientSecureSocketSchema),
  startTls: optional(z.boolean()),
  allowPlainLdap: optional(z.boolean()),
  cacheConfig: optional(cacheConfigOrFalse),
  failedLogins: optional(failedLoginsConfig),
})) satisfies z.ZodType<LdapUserStoreConfig>;

/**
 * Checks a configuration: the fields that are given, and the same with the defaults.
 *
 * @throws AuthConfigurationError naming every field that is wrong; also if no account, or two, would search.
 */
export function readLdapUserStoreConfig(config: unknown): {
  readonly given: LdapUserStoreConfig;
  readonly settings: LdapUserStoreSettings;
} {
  const given = parseConfig<LdapUserStoreConfig>(ldapUserStoreConfig, config);
  checkAccount(given);
  return { given, settings: withDefaults(given) };
}

/** A configuration with its defaults. */
export function withDefaults(config: LdapUserStoreConfig): LdapUserStoreSettings {
  return { ...DEFAULTS, ...config };
}

/** Either a service account searches, or every user does with a connection of its own. */
function checkAccount({ bindTemplate, connectionName, connectionPassword }: LdapUserStoreConfig): void {
  const account = { connectionName, connectionPassword };
  if (bindTemplate === undefined) {
    for (const [field, value] of Object.entries(account))
      if (value === undefined) throw fieldError(field, 'has no value: set connectionName and connectionPassword, or bindTemplate instead.');
  } else if (Object.values(account).some((value) => value !== undefined))
    throw fieldError('bindTemplate', 'replaces connectionName and connectionPassword: remove it, or remove them.');
}

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
    ...(config.bindTemplate === undefined ? [] : (['connectionPoolingEnabled'] as const)),
    ...(config.userNameSearchFilter === undefined ? [] : (['userEntryObjectClass'] as const)),
    ...(config.groupNameListFilter === undefined ? [] : (['groupEntryObjectClass'] as const)),
  ];
  return [...unused.filter((name) => config[name] !== undefined), ...ignoredCacheFields(config.cacheConfig || undefined)];
}
